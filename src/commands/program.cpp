#include "commands/program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <thread>

#include "commands/command.hpp"
#include "commands/status_file.hpp"
#include "core/allocation.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "hdf5/crash.hpp"
#include "hdf5/file.hpp"
#include "model/torch_plugin.hpp"
#include "output/provenance.hpp"
#include "transport/mpi_session.hpp"
#include "transport/transport.hpp"

namespace laggard::commands {
namespace {

std::string version_text() {
  return fmt::format(
      "laggard {} (commit {}{})\nMPI      {}\nHDF5     {}\nlibtorch {}", output::program_version(),
      output::git_commit(), output::git_dirty() ? ", with changes" : "", transport::mpi_version(),
      hdf5::library_version(),
      model::find_torch_plugin() ? model::torch_plugin().libtorch_version() : "not built in");
}

std::string command_line(int argc, char** argv) {
  std::string text;
  for (int i = 0; i < argc; ++i) text += (i == 0 ? "" : " ") + std::string(argv[i]);
  return text;
}

/// "a,b" of a, b, a.
std::string distinct(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(std::set<std::string>(names.begin(), names.end()), ","));
}

/// One line, whatever a name in it looks like. A stderr that takes nothing is no reason to die.
void complain(const Environment& environment, const std::string& message) {
  const auto say = [&](const std::string& who) {
    std::fputs(("laggard: " + who + printable(message) + "\n").c_str(), stderr);
  };
  if (environment.is_master()) say("");
  if (environment.is_master() || !environment.equals) return;
  // Mostly rank 0 has the same trouble and says so, whereupon the launcher ends this process.
  std::this_thread::sleep_for(std::chrono::seconds(2));
  say(fmt::format("rank {}: ", environment.rank));
}

/// What the other ranks do while rank 0 carries out a command.
enum class OtherRanks { kLeave, kHostWorkers, kTrainAlong };

OtherRanks other_ranks(std::string_view command) {
  if (command == "run") return OtherRanks::kHostWorkers;
  return command == "train" ? OtherRanks::kTrainAlong : OtherRanks::kLeave;
}

int run(int argc, char** argv, const Environment& environment) {
  CLI::App program("Coded computing with stragglers: encode, run, lose workers, decode, measure.");
  program.set_version_flag("--version", version_text);
  program.require_subcommand(1);
  add_run_command(program, environment);
  add_check_command(program, environment);
  add_list_command(program, environment);
  add_config_commands(program, environment);
  add_matrices_command(program, environment);
  add_summary_command(program, environment);
  add_calibrate_command(program, environment);
  add_capacity_command(program, environment);
  add_tune_command(program, environment);
  add_data_command(program);
  add_export_command(program);
  add_fit_command(program);
  int launched = 0;
  add_launch_command(program, launched);
  add_train_command(program, environment);
  // Not before: subcommands inherit it.
  program.footer(
      "Start with `laggard default-config > my.json`, then `laggard run my.json`.\n"
      "Exit codes: 0 done, 2 usage or configuration, 3 input data, 4 failed, 130 interrupted.");
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& help) {  // --help, --version
    if (environment.is_master()) program.exit(help);
  } catch (const CLI::ParseError& error) {
    complain(environment, usage_error(program, error, {argv, argv + argc}));
    return static_cast<int>(ExitCode::kUsage);
  } catch (const transport::NoRanksLeft& error) {
    complain(environment, error.what());
    announce_exit_without_workers(static_cast<int>(error.code()));
    return static_cast<int>(error.code());
  } catch (const Error& error) {
    complain(environment, error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    complain(environment, describe(error).what());
    return static_cast<int>(ExitCode::kFailed);
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    const std::string why = errno == 0 ? "error" : std::generic_category().message(errno);
    complain(environment, "cannot print (stdout: " + why + "); check where it goes");
    return static_cast<int>(ExitCode::kFailed);
  }
  return launched;
}

}  // namespace

int run_program(int argc, char** argv, const sweep::Kinds& kinds) {
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is an error of writing like others
  keep_freed_memory();
  announce_process();
  Environment environment(kinds);
  environment.command = command_line(argc, argv);
  environment.mpi = "none";
  std::optional<transport::MpiSession> session;
  if (transport::started_by_launcher()) {
    session.emplace();
    environment.rank = session->rank();
    environment.ranks = session->size();
    environment.mpi = transport::mpi_version();
    environment.host_of = session->hosts();
  } else {
    environment.host_of = {transport::host_name()};
  }
  environment.hosts = distinct(environment.host_of);
  announce_mpi();
  hdf5::before_crash_exit(announce_exit);
  const OtherRanks others = other_ranks(argc > 1 ? argv[1] : "");
  environment.equals = environment.ranks > 1 && others == OtherRanks::kTrainAlong;
  const bool leaves = !environment.is_master() && others == OtherRanks::kLeave;
  const int code = leaves ? static_cast<int>(ExitCode::kDone) : run(argc, argv, environment);
  announce_exit(code);
  if (environment.equals && code != 0) session->abandon();
  if (transport::MpiSession::given_up()) {
    std::fflush(nullptr);
    _exit(code);
  }
  return code;
}

}  // namespace laggard::commands
