// `laggard launch`: mpirun with what it takes to outlive dying ranks, and the right exit code.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>

#include "commands/command.hpp"
#include "commands/launch_watch.hpp"
#include "commands/mpirun_process.hpp"
#include "commands/status_file.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/stopwatch.hpp"
#include "transport/mpi_session.hpp"

namespace laggard::commands {
namespace {

struct LaunchArguments {
  std::uint32_t ranks = 0;
  std::uint32_t restarts = 3;
  std::optional<Seconds> start_timeout_s;
  std::string mpirun = "mpirun";
  std::vector<std::string> options;

  Seconds start_timeout() const { return start_timeout_s.value_or(default_start_timeout(ranks)); }
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
  if (geteuid() == 0) command.emplace_back("--allow-run-as-root");
  command.insert(command.end(), arguments.options.begin(), arguments.options.end());
  command.push_back(std::filesystem::read_symlink("/proc/self/exe").string());
  command.insert(command.end(), rest.begin(), rest.end());
  return command;
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

/// What the launched ranks left: an exit code, a loss, or neither if a signal ended their start.
struct Ending {
  std::optional<int> code = {};
  std::optional<Loss> loss = {};
  bool has_file = false;  ///< the result file that the master had begun
};

bool lives_here(const RankStatus& rank) {
  const bool is_process = rank.stage != Stage::kNotBegun && rank.stage < Stage::kExited;
  return is_process && !rank.gone && rank.host == transport::host_name();
}

class Attempt {
 public:
  Attempt(const LaunchArguments& arguments, const std::vector<std::string>& run)
      : arguments_(arguments),
        file_(result_folder(run), arguments.ranks),
        watch_(arguments.start_timeout()),
        mpirun_(mpirun_command(arguments, run), "LAGGARD_STATUS=" + file_.path().string()) {}

  Ending await() {
    // With many ranks it takes a while to read all records.
    const Seconds between_looks_s = 50e-6 * arguments_.ranks;
    Stopwatch since_look;
    for (;;) {
      while (!watch_.started() && since_look.elapsed() < between_looks_s) mpirun_.pause();
      const bool ended = mpirun_.ended();
      if (!ended) since_end_.restart();
      const std::vector<RankStatus> ranks =
          watch_.started() ? std::vector<RankStatus>{file_.master()} : file_.all();
      const RankStatus& master = ranks.front();
      if (master.stage == Stage::kExited) return leave(master);
      auto loss = loss_of(ranks, since_look.elapsed(), ended);
      since_look.restart();
      if (loss) return give_up(std::move(loss));
      if (interrupted() && !watch_.started()) return give_up({});  // there is nothing to save
      if (interrupted()) stop(master);
      mpirun_.pause();
    }
  }

 private:
  static constexpr Seconds kExit_s = 3.0;     // healthy ranks need less to exit
  static constexpr Seconds kMessage_s = 0.5;  // mpirun passes on what an interrupted master says
  static constexpr Seconds kStop_s = 10.0;    // a healthy master saves and exits in one
  static constexpr Seconds kDeath_s = 2.0;    // the kernel needs milliseconds on a quiet machine

  Ending leave(const RankStatus& master) {
    if (!mpirun_.ends_within(interrupted() ? kMessage_s : kExit_s)) {
      mpirun_.end();
      await_ranks();
    }
    return {.code = master.number};
  }

  /// mpirun wakes ranks that were stopped before it ends them: with a master, a run that has been
  /// given up would begin then, and make its file. So the master ends first.
  Ending give_up(std::optional<Loss> loss) {
    const RankStatus master = file_.master();
    if (lives_here(master)) kill(master.number, SIGKILL);
    mpirun_.end_in_silence();
    await_ranks();
    return {.loss = std::move(loss), .has_file = file_.master().stage >= Stage::kWriting};
  }

  /// A rank dies with its mpirun, but a little later. Nobody shall find it when `launch` has ended.
  void await_ranks() {
    const Stopwatch watch;
    while (watch.elapsed() < kDeath_s) {
      const std::vector<RankStatus> ranks = file_.all();
      if (std::none_of(ranks.begin(), ranks.end(), lives_here)) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  std::optional<Loss> loss_of(const std::vector<RankStatus>& ranks, Seconds passed_s, bool ended) {
    const RankStatus& master = ranks.front();
    if (master.stage == Stage::kNoWorkers)
      return Loss{"no worker rank is left", "each of them died or hung"};
    if (told_ && since_told_.elapsed() > kStop_s)
      return Loss{"the ranks do not stop", "they were told to"};
    const bool started = master.stage >= Stage::kRunning;
    if (ended && started) {
      if (mpirun_.signal() != 0) return killed();
      // Where there are no locks, nobody can see the master die.
      if (since_end_.elapsed() > kExit_s)
        return Loss{"the master died", "mpirun ended, and rank 0 left no exit code"};
    }
    if (ended && !started) return loss_at_start(ranks);
    return watch_.look(ranks, passed_s);
  }

  /// A loss like that of the master, at the start as later, so that the run starts again: whoever
  /// wants it to end sends the signal to `launch`.
  Loss killed() const {
    return {fmt::format("'{}' was killed", arguments_.mpirun),
            fmt::format("by signal {}; the ranks died with it", mpirun_.signal())};
  }

  Loss loss_at_start(const std::vector<RankStatus>& ranks) const {
    if (mpirun_.signal() != 0) return killed();
    const bool any = std::any_of(ranks.begin(), ranks.end(), [](const RankStatus& rank) {
      return rank.stage != Stage::kNotBegun;
    });
    // A signal that mpirun catches ends it without a message of its own.
    if (!any && mpirun_.wrote() && !interrupted())
      throw RunError(fmt::format("'{}' did not start the program", arguments_.mpirun),
                     "it says why above", "try the mpirun line by hand");
    return {fmt::format("'{}' ended while the ranks started", arguments_.mpirun),
            "it was stopped from outside, or a rank could not start MPI"};
  }

  void stop(const RankStatus& master) {
    if (told_) return;
    told_ = true;
    since_told_.restart();
    if (master.host == transport::host_name())
      kill(master.number, SIGTERM);
    else
      mpirun_.send(SIGTERM);
  }

  const LaunchArguments& arguments_;
  StatusFile file_;
  LaunchWatch watch_;
  MpirunProcess mpirun_;
  Stopwatch since_end_, since_told_;
  bool told_ = false;
};

bool resumes(const std::vector<std::string>& run) {
  return std::find(run.begin(), run.end(), "--resume") != run.end();
}

/// The same run, which continues the file that it has begun.
std::vector<std::string> resuming(std::vector<std::string> run) {
  std::erase(run, "--overwrite");
  if (!resumes(run)) run.emplace_back("--resume");
  return run;
}

int launch(const LaunchArguments& arguments, std::vector<std::string> run) {
  install_interrupt_handlers();
  signal(SIGPIPE, SIG_IGN);  // a stderr that takes nothing is no reason to end the run
  for (std::uint32_t restart = 1;; ++restart) {
    const Ending ending = Attempt(arguments, run).await();
    if (ending.code) return *ending.code;
    // Without a file of its own, --resume would continue an older one.
    if (ending.has_file) run = resuming(std::move(run));
    const char* remedy = resumes(run)
                             ? "the result file has every finished trial; add --resume to continue"
                             : "it had no result file yet; start again";
    if (interrupted()) throw Interrupted(fmt::format("interrupted (a signal came); {}", remedy));
    const Loss& loss = *ending.loss;
    if (restart > arguments.restarts)
      throw RunError(loss.what, loss.why, loss.remedy.empty() ? remedy : loss.remedy);
    fmt::print(stderr, "laggard: {} ({}); {} ({} of {} restarts)\n", loss.what, loss.why,
               resumes(run) ? "resuming the run" : "starting again", restart, arguments.restarts);
  }
}

}  // namespace

void add_launch_command(CLI::App& program, int& exit_code) {
  CLI::App* command = program.add_subcommand(
      "launch", "run a command on several ranks, with the flags that mpirun needs");
  auto arguments = std::make_shared<LaunchArguments>();
  command
      ->add_option("-n,--ranks", arguments->ranks,
                   "number of ranks: one master; the others host the workers")
      ->required()
      ->check(CLI::Range(1, 100000))
      ->type_name("RANKS");
  command
      ->add_option("--restarts", arguments->restarts,
                   "how often the run may start again after it lost its master, mpirun, or a rank "
                   "at the start")
      ->check(CLI::Range(0, 1000000))
      ->type_name("TIMES")
      ->capture_default_str();
  command
      ->add_option("--start-timeout", arguments->start_timeout_s,
                   "how long the start may stand still before a rank counts as missing; "
                   "default: 30, and 0.1 more for every rank")
      ->check(CLI::Range(1.0, 1e6))
      ->type_name("SECONDS");
  command->add_option("--mpirun", arguments->mpirun, "the launcher of Open MPI")
      ->type_name("PROGRAM")
      ->capture_default_str();
  command
      ->add_option("--mpirun-option", arguments->options,
                   "one more argument for mpirun; may be repeated")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("ARG");
  command->prefix_command();
  command->footer(
      "For example: laggard launch -n 9 run my.json --output results/my.h5\n"
      "\n"
      "Rank 0 is the master, the other ranks host the workers. The command line after the options\n"
      "is what `laggard` runs on every rank, and the exit code is that of the run.\n"
      "\n"
      "A plain `mpirun -n 9 laggard run my.json` stops with a message of Open MPI where there are\n"
      "fewer than 9 cores, and for the user root. `launch` adds the flags for both, and\n"
      "--enable-recovery, with which the other ranks outlive a rank that dies.\n"
      "\n"
      "- A worker rank dies or hangs: its workers go to other ranks.\n"
      "- The master or mpirun dies, the master hangs, or no worker rank is left: the run starts\n"
      "  again with --resume and loses no finished trial.\n"
      "- A rank dies or hangs before all have found each other: the run starts again.\n"
      "- `launch` itself is killed: mpirun and the ranks end with it.");
  command->callback([arguments, command, &exit_code] {
    const std::vector<std::string> rest = command->remaining();
    if (rest.empty() || rest.front() != "run")
      throw ConfigError("launch starts `run`", "nothing else has workers",
                        "write for example `laggard launch -n 9 run my.json`");
    if (const std::string mpi = transport::mpi_version(); !mpi.starts_with("Open MPI"))
      throw ConfigError("launch cannot start this program",
                        fmt::format("it needs the mpirun of Open MPI; the program has {}", mpi),
                        "write for example `mpiexec -n 9 laggard run my.json`");
    exit_code = launch(*arguments, rest);
  });
}

}  // namespace laggard::commands
