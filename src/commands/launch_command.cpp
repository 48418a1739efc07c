// `laggard launch`: mpirun with what it takes to outlive dying ranks, and the right exit code.
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>

#include "commands/command.hpp"
#include "commands/status_file.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/stopwatch.hpp"
#include "transport/mpi_session.hpp"

extern char** environ;

namespace laggard::commands {
namespace {

struct LaunchArguments {
  std::uint32_t ranks = 0;
  std::uint32_t restarts = 3;
  std::string mpirun = "mpirun";
  std::vector<std::string> options;
};

/// mpirun, in a process group of its own: Ctrl-C is for this process, which passes it on.
class Launched {
 public:
  Launched(std::vector<std::string> command, const std::string& status_path) {
    std::vector<char*> argv, variables;
    for (std::string& argument : command) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::string status = "LAGGARD_STATUS=" + status_path;
    for (char** variable = environ; *variable != nullptr; ++variable)
      variables.push_back(*variable);
    variables.push_back(status.data());
    variables.push_back(nullptr);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    const int failure =
        posix_spawnp(&pid_, argv[0], nullptr, &attributes, argv.data(), variables.data());
    posix_spawnattr_destroy(&attributes);
    if (failure != 0)
      throw ConfigError(fmt::format("cannot start '{}'", command.front()), std::strerror(failure),
                        "load an MPI module, or name the launcher with --mpirun");
  }
  ~Launched() {
    if (!ended()) send(SIGKILL);
  }
  Launched(const Launched&) = delete;
  Launched& operator=(const Launched&) = delete;

  void send(int signal) const { kill(pid_, signal); }
  bool ended() {
    if (!code_) {
      int status = 0;
      if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }
    return true;
  }
  /// False if it is still there after `patience`.
  bool ends_within(Seconds patience) {
    const Stopwatch watch;
    while (!ended()) {
      if (watch.elapsed() > patience) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }
  /// Ranks that hang or lost their master would keep it for ever.
  void end() {
    constexpr Seconds kPatience_s = 0.5;
    if (ended()) return;
    send(SIGTERM);
    if (ends_within(kPatience_s)) return;
    send(SIGKILL);  // its ranks die with it
    ends_within(kPatience_s);
  }

 private:
  pid_t pid_ = 0;
  std::optional<int> code_;
};

std::vector<std::string> mpirun_command(const LaunchArguments& arguments,
                                        const std::vector<std::string>& rest) {
  std::vector<std::string> command{arguments.mpirun,
                                   "--enable-recovery",
                                   "-x",
                                   "LAGGARD_STATUS",
                                   "-n",
                                   std::to_string(arguments.ranks)};
  const bool batch = std::getenv("SLURM_JOB_ID") != nullptr;
  if (!batch && arguments.ranks > std::thread::hardware_concurrency())
    command.emplace_back("--oversubscribe");
  command.insert(command.end(), arguments.options.begin(), arguments.options.end());
  command.push_back(std::filesystem::read_symlink("/proc/self/exe").string());
  command.insert(command.end(), rest.begin(), rest.end());
  return command;
}

/// What the launched ranks left when they were gone.
struct Ending {
  std::optional<int> code = {};  ///< of the run; nothing if the master died
  bool has_file = false;         ///< the result file that a dead master had begun
};

Ending await(Launched& mpirun, const StatusFile& file, const std::string& program) {
  using State = StatusFile::State;
  constexpr Seconds kGoodbye_s = 3.0;  // ranks that are well need less to leave
  bool told = false;
  Stopwatch since_end;
  for (;;) {
    const bool ended = mpirun.ended();
    if (!ended) since_end.restart();
    const StatusFile::Status status = file.status();
    if (status.state == State::kExited) {
      if (interrupted() || !mpirun.ends_within(kGoodbye_s)) mpirun.end();
      return {.code = status.code};
    }
    // Where there are no locks, nobody can see the master die.
    const bool lost = status.state == State::kRunning && since_end.elapsed() > kGoodbye_s;
    if (status.state == State::kDied || lost) {
      mpirun.end();
      return {.has_file = status.has_file};
    }
    if (ended && status.state == State::kNotStarted)
      throw RunError(fmt::format("'{}' did not start the program", program), "it says why above",
                     "try the mpirun line by hand");
    if (interrupted() && !told) {
      told = true;
      if (status.state == State::kRunning && status.host == transport::host_name())
        kill(status.master, SIGTERM);
      else
        mpirun.send(SIGTERM);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// The same run, going on with what it has written.
std::vector<std::string> resuming(std::vector<std::string> run) {
  std::erase(run, "--overwrite");
  if (std::find(run.begin(), run.end(), "--resume") == run.end()) run.emplace_back("--resume");
  return run;
}

/// Where the run will write, which is a place that the hosts share.
std::filesystem::path result_folder(const std::vector<std::string>& run) {
  CLI::App words;
  words.set_help_flag();
  words.allow_extras();
  std::string output = "results/NAME.h5";
  words.add_option("--output,-o", output);
  words.parse(std::vector<std::string>(run.rbegin(), run.rend()));
  const std::filesystem::path folder = std::filesystem::path(output).parent_path();
  return folder.empty() ? "." : folder;
}

int launch(const LaunchArguments& arguments, std::vector<std::string> run) {
  install_interrupt_handlers();
  for (std::uint32_t restart = 1;; ++restart) {
    const StatusFile file(result_folder(run));
    Launched mpirun(mpirun_command(arguments, run), file.path().string());
    const Ending ending = await(mpirun, file, arguments.mpirun);
    if (ending.code) return *ending.code;
    if (restart > arguments.restarts || interrupted())
      throw RunError("the master died", "rank 0 was killed or crashed",
                     ending.has_file ? "the result file has every finished trial; --resume goes on"
                                     : "it had no result file yet; start again");
    fmt::print(stderr, "laggard: the master died; {} ({} of {} restarts)\n",
               ending.has_file ? "going on with --resume" : "starting again", restart,
               arguments.restarts);
    // Without a file of its own, --resume would go on with an older one.
    if (ending.has_file) run = resuming(std::move(run));
  }
}

}  // namespace

void add_launch_command(CLI::App& program, int& exit_code) {
  CLI::App* command =
      program.add_subcommand("launch", "run under mpirun so that dying ranks do not end the run");
  auto arguments = std::make_shared<LaunchArguments>();
  command->add_option("-n,--ranks", arguments->ranks, "ranks: one master, the others host workers")
      ->required()
      ->check(CLI::Range(1, 100000))
      ->type_name("RANKS");
  command
      ->add_option("--restarts", arguments->restarts,
                   "how often to go on with --resume after the master died")
      ->check(CLI::Range(0, 1000000))
      ->type_name("TIMES")
      ->capture_default_str();
  command->add_option("--mpirun", arguments->mpirun, "Open MPI's launcher")
      ->type_name("PROGRAM")
      ->capture_default_str();
  command
      ->add_option("--mpirun-option", arguments->options,
                   "one more argument for it; may be given several times")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("ARG");
  command->prefix_command();
  command->footer(
      "For example: laggard launch -n 9 run my.json --output results/my.h5\n"
      "mpirun gets --enable-recovery; the exit code is that of the run. The command line after "
      "the\n"
      "options is what `laggard` runs on every rank.");
  command->callback([arguments, command, &exit_code] {
    const std::vector<std::string> rest = command->remaining();
    if (rest.empty() || rest.front() != "run")
      throw ConfigError("launch starts `run`", "nothing else has workers",
                        "write for example `laggard launch -n 9 run my.json`");
    exit_code = launch(*arguments, rest);
  });
}

}  // namespace laggard::commands
