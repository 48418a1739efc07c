#include "commands/program.hpp"
#include "experiment/kinds.hpp"

int main(int argc, char** argv) {
  return laggard::commands::run_program(argc, argv, laggard::experiment::kinds());
}
