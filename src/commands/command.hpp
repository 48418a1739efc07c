// What the subcommands share. Each has one file with one function that adds it to the program.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/experiment.hpp"
#include "hdf5/replace.hpp"
#include "sweep/sweep.hpp"

namespace laggard::commands {

/// Who this process is.
struct Environment {
  explicit Environment(const sweep::Kinds& known) : kinds(known) {}

  const sweep::Kinds& kinds;  ///< of experiment
  std::uint32_t rank = 0;
  std::uint32_t ranks = 1;
  std::string hosts;                 ///< distinct names, on rank 0
  std::vector<std::string> host_of;  ///< by rank, on rank 0
  std::string mpi;                   ///< "none" if no launcher started it
  std::string command;               ///< as typed
  bool equals = false;               ///< the ranks train one network together, there are no workers

  bool is_master() const { return rank == 0; }
};

/// CONFIG and --set, as several commands take them.
struct ConfigArguments {
  std::string path;
  std::vector<std::string> settings;

  /// `example` of a setting goes into the help.
  void add_to(CLI::App& command, const std::string& example = "/workers=64");
  /// An experiment, expanded. Errors: ConfigError.
  config::Plan plan(const sweep::Kinds& kinds) const;
  /// A configuration of `laggard train`. Errors: ConfigError.
  config::Json training(const sweep::Kinds& kinds) const;
};

/// What `run` and `check` run. `files`: see sweep::Sweep. Errors: ConfigError.
sweep::Sweep make_sweep(const ConfigArguments& arguments, const Environment& environment,
                        std::timed_mutex* files = nullptr);

/// Tells the user if the configuration is for the wall clock, where a command simulates.
void say_simulated(const config::Plan& plan);

/// --output FILE. Errors: ConfigError for an empty name, which would silently mean the default.
CLI::Option* add_output_option(CLI::App& command, std::string& output,
                               const std::string& description, const std::string& type = "FILE.h5");

/// --overwrite, and what it means for the file that is there.
CLI::Option* add_overwrite_option(CLI::App& command, bool& overwrite);
inline hdf5::Existing existing(bool overwrite) {
  return overwrite ? hdf5::Existing::kReplace : hdf5::Existing::kKeep;
}

void add_run_command(CLI::App& program, const Environment& environment);
void add_check_command(CLI::App& program, const Environment& environment);
void add_list_command(CLI::App& program, const Environment& environment);
void add_config_commands(CLI::App& program, const Environment& environment);
void add_matrices_command(CLI::App& program, const Environment& environment);
void add_summary_command(CLI::App& program, const Environment& environment);
void add_tune_command(CLI::App& program, const Environment& environment);
void add_train_command(CLI::App& program, const Environment& environment);
void add_calibrate_command(CLI::App& program, const Environment& environment);
void add_capacity_command(CLI::App& program, const Environment& environment);
void add_data_command(CLI::App& program);
void add_export_command(CLI::App& program);
void add_fit_command(CLI::App& program);
/// `exit_code` becomes that of the run.
void add_launch_command(CLI::App& program, int& exit_code);

/// What is wrong with a command line that CLI11 refuses, with the names that are near.
std::string usage_error(const CLI::App& program, const CLI::ParseError& error,
                        const std::vector<std::string_view>& arguments);

/// Tells what became of the file that was at `path`; nothing if `kept` is empty.
void say_kept(const std::string& path, const std::string& kept);

}  // namespace laggard::commands
