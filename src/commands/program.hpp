// The whole program: command line, MPI session, role by rank, exit code.
#pragma once

#include "sweep/experiment_kind.hpp"

namespace laggard::commands {

/// What main() does, with these kinds of experiment. Returns the exit code.
int run_program(int argc, char** argv, const sweep::Kinds& kinds);

}  // namespace laggard::commands
