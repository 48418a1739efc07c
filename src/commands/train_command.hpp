// `laggard train CONFIG`
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace laggard::commands {

/// What goes into the heads of the files that a command writes.
struct TrainProvenance {
  std::string git_commit;
  std::string command;  ///< as typed
  std::uint32_t ranks = 1;
};

/// Adds the subcommand. Parsing the command line runs it; it throws our Errors. All ranks parse it.
CLI::App* add_train_command(CLI::App& app, const TrainProvenance& provenance);

}  // namespace laggard::commands
