// `laggard train CONFIG`
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace laggard::commands {

/// What goes into the heads of the files that a command writes.
struct TrainProvenance {
  std::string git_commit;
  std::string command;  ///< as typed
};

/// Adds the subcommand. Parsing the command line runs it; it throws our Errors. It is for one
/// process: under mpirun only rank 0 may parse it.
CLI::App* add_train_command(CLI::App& app, const TrainProvenance& provenance);

}  // namespace laggard::commands
