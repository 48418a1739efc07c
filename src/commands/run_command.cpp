#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <thread>

#include "commands/command.hpp"
#include "commands/hints.hpp"
#include "commands/last_resort.hpp"
#include "commands/memory_advice.hpp"
#include "commands/progress.hpp"
#include "commands/status_file.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/memory.hpp"
#include "core/text.hpp"
#include "model/torch_plugin.hpp"
#include "output/guarded_store.hpp"
#include "output/points.hpp"
#include "output/result_file.hpp"
#include "sweep/groups.hpp"
#include "sweep/jobs.hpp"
#include "sweep/plan_runner.hpp"
#include "transport/in_process.hpp"
#include "transport/mpi_transport.hpp"

namespace laggard::commands {
namespace {

struct RunArguments {
  ConfigArguments config;
  std::string output;
  std::uint32_t groups = 1;
  std::uint32_t jobs = 0;  // 0: as many as this machine can run
  bool resume = false;
  bool overwrite = false;
  bool quiet = false;
};

/// The ranks as this run uses them: one transport to all, or groups with a leader each, or one
/// process with a number of masters.
struct Ranks {
  std::unique_ptr<transport::Transport> transport;
  std::optional<transport::RankGroups> groups;
  std::unique_ptr<sweep::GroupLeaders> leaders;  // of the groups
  std::uint32_t jobs = 1;
};

Ranks make_ranks(const RunArguments& arguments, const Environment& environment) {
  Ranks ranks;
  if (arguments.groups > 1) {
    ranks.groups = transport::split_into_groups(arguments.groups);
    ranks.leaders = std::make_unique<sweep::GroupLeaders>(*ranks.groups);
  } else if (environment.ranks > 1) {
    ranks.transport = std::make_unique<transport::MpiTransport>();
  } else {
    ranks.transport =
        std::make_unique<transport::InProcess>(sweep::worker_factory(environment.kinds, 0));
  }
  return ranks;
}

/// The other ranks load libtorch while this one does.
void warm_up(const Ranks& ranks) {
  if (ranks.leaders)
    ranks.leaders->warm_up();
  else if (ranks.transport->roster().ranks() > 0)
    ranks.transport->configure(sweep::kWarmUpJob);
}

void check_groups(std::uint32_t groups, const Environment& environment) {
  if (groups > 1 && groups >= environment.ranks)
    throw ConfigError(fmt::format("--groups is {}", groups),
                      fmt::format("of {} ranks, rank 0 only writes", environment.ranks),
                      fmt::format("start at least {} ranks with mpirun", groups + 1));
}

/// How many trials run side by side in this process. Errors: ConfigError.
std::uint32_t choose_jobs(std::uint32_t wanted, const config::Plan& plan, double trial_bytes,
                          const Environment& environment) {
  const auto refuse = [wanted](const std::string& why, const std::string& remedy) {
    if (wanted > 1) throw ConfigError(fmt::format("--jobs is {}", wanted), why, remedy);
    return std::uint32_t{1};
  };
  if (environment.ranks > 1)
    return refuse("mpirun started several ranks", "use --groups, which divides the ranks");
  std::uint64_t trials = 0;
  for (const config::Combination& combination : plan.combinations) {
    trials += combination.config->trials.most;
    if (combination.config->measures_time())
      return refuse("on the wall clock, trials side by side would slow each other",
                    "leave --jobs out");
  }
  std::uint64_t jobs = wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
  // Half of the memory is left to the models and to others.
  if (const auto free = free_memory_bytes(); wanted == 0 && free && trial_bytes > 0.0)
    jobs = std::min(jobs, static_cast<std::uint64_t>(std::max(1.0, *free / 2.0 / trial_bytes)));
  return static_cast<std::uint32_t>(
      std::clamp(jobs, std::uint64_t{1}, std::max(trials, std::uint64_t{1})));
}

/// What a reader of the numbers must know.
void warn(const std::filesystem::path& path, std::size_t old_failures, const config::Plan& plan,
          const std::vector<std::string>& remarks, const Environment& environment) {
  const bool lost = plan.common().failures.workers == "lost";
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  const auto failures = hdf5::read_rows<FailureRecord>(file, std::string(FailureRecord::kTable));
  for (const FailureRecord& failure : std::span(failures).subspan(old_failures))
    fmt::print(stderr,
               "laggard: warning: rank {} on {} died or hung (no sign of life in trial {} of point "
               "{}); its workers {}\n",
               failure.rank, environment.host_of.at(failure.rank), failure.trial, failure.point,
               lost ? "were lost from then on" : "went to other ranks");
  for (const std::string& remark : remarks)
    fmt::print(stderr, "laggard: warning: {}\n", printable(remark));
}

/// The points whose numbers mean little, one line per scheme.
class SpoiltPoints {
 public:
  void add(const sweep::Experiment& experiment) {
    const std::vector<PointRecord> points = experiment.points();
    for (std::size_t i = 0; i < points.size(); ++i) {
      const Caveat caveat = experiment.caveat(i);
      if (!caveat.spoils) continue;
      auto& [count, first] = of_[points[i].scheme];
      if (count++ == 0) first = fmt::format("{}: {}", output::describe(points[i]), caveat.text);
    }
  }

  void warn() const {
    for (const auto& [scheme, entry] : of_)
      fmt::print(stderr, "laggard: warning: {}{}\n", printable(entry.second),
                 entry.first == 1 ? ""
                                  : fmt::format(" (and {} points more; `laggard check` lists them)",
                                                entry.first - 1));
  }

 private:
  std::map<std::string, std::pair<std::size_t, std::string>> of_;  // how many, and the first one
};

/// Why a rank hosts no workers; empty if it does.
std::string why_no_workers(std::uint32_t rank, const Environment& environment,
                           const std::optional<transport::RankGroups>& groups) {
  if (environment.ranks == 1) return rank == 0 ? "" : "without mpirun, all workers live on rank 0";
  if (rank == 0 || rank >= environment.ranks)
    return fmt::format("workers live on 1 to {}", environment.ranks - 1);
  if (!groups || !groups->is_leader(rank)) return "";
  const bool alone = rank + 1 == environment.ranks || groups->is_leader(rank + 1);
  return alone ? "" : "it leads the group of the ranks behind it";
}

void check_ranks(const sweep::RankDemand& demand, const Environment& environment,
                 const std::optional<transport::RankGroups>& groups) {
  for (const std::uint32_t rank : demand.ranks)
    if (const std::string why = why_no_workers(rank, environment, groups); !why.empty())
      throw ConfigError(fmt::format("{} lists {}", demand.where, rank), why,
                        "name ranks that host workers");
}

/// How many ranks of this host hold a trial at once.
std::size_t masters_here(const Environment& environment,
                         const std::optional<transport::RankGroups>& groups) {
  if (!groups) return 1;
  const auto here = [&](std::uint32_t rank) {
    return environment.host_of.at(rank) == environment.host_of.at(0);
  };
  return static_cast<std::size_t>(
      std::count_if(groups->led_by.begin(), groups->led_by.end(), here));
}

/// Whether an earlier run left trials in the middle. Those that it finished may lie there as well.
bool has_checkpoints(const std::filesystem::path& folder) {
  std::error_code none;
  return std::any_of(std::filesystem::directory_iterator(folder, none),
                     std::filesystem::directory_iterator(),
                     [](const auto& entry) { return entry.path().extension() != ".new"; });
}

/// What there is to know about a file that is continued, or that was not there.
void say_continued(const output::ResultFile& file, const std::string& path, bool there,
                   bool checkpoints, bool quiet) {
  const output::Continuation& continuation = file.continuation();
  const std::string name = printable(path);
  if (!continuation.begun_by.empty())
    fmt::print(
        stderr,
        "laggard: warning: version {} began '{}', and {} continues it (trials of two versions "
        "may differ); run without --resume where that matters\n",
        printable(continuation.begun_by), name, output::this_program());
  if (quiet) return;
  if (!there)
    return fmt::print(stderr, "laggard: there is no '{}' to resume; it begins now\n", name);
  fmt::print(stderr, "laggard: {} trials are already in '{}'{}{}{}\n", file.resumed_trials(), name,
             continuation.extends() ? ", whose configuration has changed" : "",
             continuation.renumbers() ? "; some of its points have new numbers" : "",
             checkpoints ? "; those that were begun go on from their checkpoints" : "");
}

/// What a run has come to.
struct Outcome {
  std::uint64_t trials = 0;          // in the file
  std::vector<std::string> remarks;  // what a reader of the numbers must know
};

/// Runs what the file lacks and completes it.
Outcome run_into(output::ResultFile& file, const std::filesystem::path& path, sweep::Sweep& sweep,
                 const std::vector<PointRecord>& points, const Environment& environment,
                 Ranks& ranks, LastResort& last_resort, bool quiet) {
  const std::string on_signal = fmt::format(
      "interrupted (a signal came); '{}' holds every finished trial, "
      "add --resume to continue",
      path.string());
  const LastResort::Saving saving(
      last_resort, [&file] { file.flush(); }, on_signal);
  output::GuardedStore store(file, last_resort.busy());
  sweep::Schedule schedule(sweep.plan(), points, store);
  if (schedule.is_adaptive()) {
    const std::lock_guard lock(last_resort.busy());
    file.visit_units([&](const void* row) { schedule.recall(row); });
  }
  try {
    Progress progress(schedule.most(), "trials", progress_style(quiet));
    const sweep::OnTrial on_trial = [&](sweep::TrialState state) {
      progress.expect(schedule.most());
      state == sweep::TrialState::kRun ? progress.advance() : progress.skip();
    };
    if (ranks.leaders)
      sweep::run_plan_in_groups(sweep, points, *ranks.leaders, schedule, on_trial);
    else if (ranks.jobs > 1)
      sweep::run_plan_in_jobs(environment.kinds, sweep, points, ranks.jobs, schedule, on_trial);
    else
      sweep::run_plan(sweep, *ranks.transport, schedule, on_trial);
  } catch (const Interrupted&) {
    const std::lock_guard lock(last_resort.busy());
    file.flush();
    throw Interrupted(on_signal);
  }
  const std::lock_guard lock(last_resort.busy());
  Outcome outcome{schedule.most(), schedule.remarks()};
  file.finish([&](hdf5::File& complete) {
    for (std::string& remark : sweep.kind().summarise(complete))
      outcome.remarks.push_back(std::move(remark));
  });
  return outcome;
}

void run_as_master(const RunArguments& arguments, const Environment& environment) {
  install_interrupt_handlers();
  LastResort last_resort;
  Ranks ranks = make_ranks(arguments, environment);
  const model::BeforeTorch before_torch([&] { warm_up(ranks); });
  announce_start();
  sweep::Sweep sweep = make_sweep(arguments.config, environment, &last_resort.busy());
  const config::Plan& plan = sweep.plan();
  SpoiltPoints spoilt;
  Hints hints;
  sweep::Effort effort;
  const std::vector<PointRecord> points = sweep.points([&](const sweep::Experiment& experiment) {
    if (!arguments.quiet) hints.look_at(experiment);
    check_ranks(experiment.demanded_ranks(), environment, ranks.groups);
    spoilt.add(experiment);
    effort.add(experiment.effort());
  });
  sweep::require_work(points);
  spoilt.warn();
  ranks.jobs = choose_jobs(arguments.jobs, plan, effort.trial_bytes, environment);
  warn_of_memory(effort.trial_bytes,
                 std::max<std::size_t>(ranks.jobs, masters_here(environment, ranks.groups)));

  const std::filesystem::path path =
      arguments.output.empty() ? "results/" + plan.common().name + ".h5" : arguments.output;
  std::error_code failure;
  const bool there = std::filesystem::exists(path, failure);
  using output::OpenMode;
  const OpenMode mode = arguments.resume      ? OpenMode::kResume
                        : arguments.overwrite ? OpenMode::kOverwrite
                                              : OpenMode::kNew;
  const config::Vocabulary vocabulary = environment.kinds.vocabulary();
  output::ResultFile file(
      path, mode, plan.resolved, points, sweep.layout(),
      {environment.command, environment.mpi, environment.ranks, environment.hosts, &vocabulary});
  const std::filesystem::path unfinished = path.string() + ".unfinished";
  if (mode != OpenMode::kResume) std::filesystem::remove_all(unfinished, failure);
  sweep.keep_unfinished(unfinished);
  announce_file();
  if (!arguments.quiet) say_kept(path.string(), file.kept_as());
  if (arguments.resume)
    say_continued(file, path.string(), there, has_checkpoints(unfinished), arguments.quiet);

  const Stopwatch watch;
  Outcome outcome;
  try {
    outcome = run_into(file, path, sweep, points, environment, ranks, last_resort, arguments.quiet);
  } catch (const hdf5::WriteError& error) {
    throw Error(error.code(), std::string(error.what()) + ", then add --resume to continue");
  }
  std::filesystem::remove_all(unfinished, failure);
  warn(path, file.resumed_rows(table_of<FailureRecord>()), plan, outcome.remarks, environment);
  if (arguments.quiet) return;
  std::uint64_t skipped = 0;
  for (const PointRecord& point : points) skipped += point.skipped.empty() ? 0 : 1;
  fmt::print("{}: {} trials of {} points in {}{}\n", printable(path.string()), outcome.trials,
             points.size() - skipped, format_duration(watch.elapsed()),
             skipped == 0 ? "" : fmt::format(", {} points skipped (see `laggard check`)", skipped));
}

void run_as_worker(const RunArguments& arguments, const Environment& environment) {
  const auto factory = sweep::worker_factory(environment.kinds, environment.rank);
  if (arguments.groups <= 1) return transport::serve_as_worker(factory);
  const transport::RankGroups groups = transport::split_into_groups(arguments.groups);
  if (groups.leads(environment.rank))
    sweep::lead_group(environment.kinds, groups, environment.rank);
  else
    transport::serve_as_worker(factory, groups.group);
}

}  // namespace

void add_run_command(CLI::App& program, const Environment& environment) {
  CLI::App* command = program.add_subcommand("run", "run an experiment");
  auto arguments = std::make_shared<RunArguments>();
  arguments->config.add_to(*command);
  add_output_option(*command, arguments->output, "result file (default: results/NAME.h5)");
  command
      ->add_option("--groups", arguments->groups,
                   "number of groups into which the ranks after rank 0 are split; each group runs "
                   "trials of its own")
      ->check(CLI::Range(1, 1000000))
      ->type_name("G");
  command
      ->add_option("--jobs,-j", arguments->jobs,
                   "number of trials that run side by side in one process (default: one per core; "
                   "one under mpirun and on the wall clock)")
      ->check(CLI::Range(1, 4096))
      ->type_name("J");
  CLI::Option* resume = command->add_flag(
      "--resume", arguments->resume,
      "continue in the result file: run the trials that it lacks, of which the configuration may "
      "have added some, or whole points");
  command
      ->add_flag("--overwrite", arguments->overwrite,
                 "replace the result file; otherwise an old one is kept as NAME.1.h5")
      ->excludes(resume);
  command->add_flag("--quiet,-q", arguments->quiet, "show neither progress nor the final line");
  command->footer(
      "`laggard launch -n 9 run CONFIG` starts mpirun with the flags that it needs on a laptop "
      "and\n"
      "as root. Under mpirun, rank 0 is the master and the other ranks host the workers.\n"
      "In one process, every worker runs in-process, and trials run side by side (--jobs). All "
      "give "
      "the\n"
      "same numbers. With --groups G, rank 0 only writes, and the others are G masters, each with "
      "its\n"
      "share of ranks.");
  command->callback([arguments, &environment] {
    check_groups(arguments->groups, environment);
    if (environment.is_master()) return run_as_master(*arguments, environment);
    ignore_interrupts();
    run_as_worker(*arguments, environment);
  });
}

}  // namespace laggard::commands
