#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "commands/command.hpp"
#include "commands/last_resort.hpp"
#include "commands/progress.hpp"
#include "commands/status_file.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "output/guarded_sink.hpp"
#include "output/points.hpp"
#include "output/result_file.hpp"
#include "output/summary.hpp"
#include "runtime/groups.hpp"
#include "runtime/sweep.hpp"
#include "runtime/worker.hpp"
#include "transport/in_process.hpp"
#include "transport/mpi_transport.hpp"

namespace laggard::commands {
namespace {

struct RunArguments {
  ConfigArguments config;
  std::string output;
  std::uint32_t groups = 1;
  bool resume = false;
  bool overwrite = false;
  bool quiet = false;
};

/// The ranks as this run uses them: one transport to all, or groups with a leader each.
struct Ranks {
  std::unique_ptr<transport::Transport> transport;
  std::optional<transport::RankGroups> groups;
  std::unique_ptr<runtime::Leaders> leaders;  // of the groups
};

Ranks make_ranks(const RunArguments& arguments, const Environment& environment) {
  Ranks ranks;
  if (arguments.groups > 1) {
    ranks.groups = transport::split_into_groups(arguments.groups);
    ranks.leaders = std::make_unique<runtime::Leaders>(*ranks.groups);
  } else if (environment.ranks > 1) {
    ranks.transport = std::make_unique<transport::MpiTransport>();
  } else {
    ranks.transport = std::make_unique<transport::InProcess>(runtime::worker_factory(0));
  }
  return ranks;
}

void check_groups(std::uint32_t groups, const Environment& environment) {
  if (groups > 1 && groups >= environment.ranks)
    throw ConfigError(fmt::format("--groups is {}", groups),
                      fmt::format("of {} ranks, rank 0 only writes", environment.ranks),
                      fmt::format("start at least {} ranks with mpirun", groups + 1));
}

/// What a reader of the numbers must know.
void warn(const std::filesystem::path& path, std::size_t old_failures, const config::Plan& plan,
          const Environment& environment) {
  const bool lost = plan.resolved.at("failures").at("workers") == "lost";
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  const auto failures = hdf5::read_rows<FailureRecord>(file, std::string(FailureRecord::kTable));
  for (const FailureRecord& failure : std::span(failures).subspan(old_failures))
    fmt::print(stderr,
               "laggard: warning: rank {} on {} died or hung (no sign of life in trial {} of point "
               "{}); its workers {}\n",
               failure.rank, environment.host_of.at(failure.rank), failure.trial, failure.point,
               lost ? "were lost from then on" : "went to other ranks");
  const std::vector<PointRecord> points = output::read_points(file);
  for (const auto& row : hdf5::read_rows<output::SummaryRow>(file, "/summary"))
    if (row.nonfinite_trials > 0)
      fmt::print(stderr,
                 "laggard: warning: {}: {} of {} trials have no finite error (the columns "
                 "nonfinite and received of /trials say why)\n",
                 describe(points.at(row.point)), row.nonfinite_trials, row.trials);
}

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

/// A load on a rank that hosts no workers would slow nobody down.
void check_load(const config::Plan& plan, const Environment& environment,
                const std::optional<transport::RankGroups>& groups) {
  for (const config::Combination& combination : plan.combinations) {
    const Component& delay = combination.config.delay;
    if (delay.kind != "load") continue;
    const auto ranks = config::Json::parse(delay.parameters).at("ranks");
    for (const std::uint32_t rank : ranks.get<std::vector<std::uint32_t>>())
      if (const std::string why = why_no_workers(rank, environment, groups); !why.empty())
        throw ConfigError(fmt::format("/delay/ranks lists {}", rank), why,
                          "name ranks that host workers");
  }
}

/// Runs what the file lacks and completes it.
void run_into(output::ResultFile& file, const std::filesystem::path& path, const config::Plan& plan,
              const std::vector<PointRecord>& points, runtime::SetupBuilder& builder, Ranks& ranks,
              LastResort& last_resort, bool quiet) {
  const std::string goodbye = fmt::format(
      "interrupted (a signal came); '{}' holds every finished trial, "
      "add --resume to go on",
      path.string());
  const LastResort::Saving saving(
      last_resort, [&file] { file.flush(); }, goodbye);
  output::GuardedSink sink(file, last_resort.busy());
  try {
    Progress progress(runtime::count_trials(plan, points), "trials", progress_style(quiet));
    const runtime::OnTrial on_trial = [&](runtime::TrialState state) {
      state == runtime::TrialState::kRun ? progress.advance() : progress.skip();
    };
    if (ranks.leaders)
      runtime::run_plan_in_groups(plan, points, *ranks.leaders, sink, on_trial);
    else
      runtime::run_plan(plan, builder, *ranks.transport, sink, on_trial);
  } catch (const Interrupted&) {
    const std::lock_guard lock(last_resort.busy());
    file.flush();
    throw Interrupted(goodbye);
  }
  const std::lock_guard lock(last_resort.busy());
  file.finish(output::write_summary);
}

void run_as_master(const RunArguments& arguments, const Environment& environment) {
  install_interrupt_handlers();
  LastResort last_resort;
  Ranks ranks = make_ranks(arguments, environment);
  require_launcher();
  const config::Plan plan = arguments.config.plan();
  runtime::SetupBuilder builder(&last_resort.busy());
  const std::vector<PointRecord> points = runtime::plan_points(plan, builder);
  runtime::require_work(points);
  check_load(plan, environment, ranks.groups);

  const std::string name = plan.resolved.at("name").get<std::string>();
  const std::filesystem::path path =
      arguments.output.empty() ? "results/" + name + ".h5" : arguments.output;
  std::error_code failure;
  const bool there = std::filesystem::exists(path, failure);
  using output::OpenMode;
  const OpenMode mode = arguments.resume      ? OpenMode::kResume
                        : arguments.overwrite ? OpenMode::kOverwrite
                                              : OpenMode::kNew;
  output::ResultFile file(
      path, mode, plan.resolved, points, runtime::layout_of(plan),
      {environment.command, environment.mpi, environment.ranks, environment.hosts});
  announce_file();
  if (!arguments.quiet) say_kept(path.string(), file.kept_as());
  if (!arguments.quiet && arguments.resume)
    fmt::print(
        stderr, "{}\n",
        there ? fmt::format("laggard: {} trials are already in '{}'", file.resumed_trials(),
                            path.string())
              : fmt::format("laggard: there is no '{}' to resume; it begins now", path.string()));

  const Stopwatch watch;
  try {
    run_into(file, path, plan, points, builder, ranks, last_resort, arguments.quiet);
  } catch (const hdf5::WriteError& error) {
    throw Error(error.code(), std::string(error.what()) + ", then add --resume to go on");
  }
  warn(path, file.resumed_rows(table_of<FailureRecord>()), plan, environment);
  if (arguments.quiet) return;
  std::uint64_t skipped = 0;
  for (const PointRecord& point : points) skipped += point.skipped.empty() ? 0 : 1;
  fmt::print("{}: {} trials of {} points in {}{}\n", path.string(),
             runtime::count_trials(plan, points), points.size() - skipped,
             format_duration(watch.elapsed()),
             skipped == 0 ? "" : fmt::format(", {} points skipped (see `laggard check`)", skipped));
}

void run_as_worker(const RunArguments& arguments, const Environment& environment) {
  const auto factory = runtime::worker_factory(environment.rank);
  if (arguments.groups <= 1) return transport::serve_as_worker(factory);
  const transport::RankGroups groups = transport::split_into_groups(arguments.groups);
  if (groups.leads(environment.rank))
    runtime::lead_group(groups, environment.rank);
  else
    transport::serve_as_worker(factory, groups.group);
}

}  // namespace

void add_run_command(CLI::App& program, const Environment& environment) {
  CLI::App* command = program.add_subcommand("run", "run an experiment");
  auto arguments = std::make_shared<RunArguments>();
  arguments->config.add_to(*command);
  add_output_option(*command, arguments->output, "result file; default results/NAME.h5");
  command
      ->add_option("--groups", arguments->groups,
                   "split the ranks after rank 0 into groups that each run trials of their own")
      ->check(CLI::Range(1, 1000000))
      ->type_name("G");
  CLI::Option* resume =
      command->add_flag("--resume", arguments->resume, "go on with an interrupted result file");
  command
      ->add_flag("--overwrite", arguments->overwrite,
                 "replace the result file; otherwise an old one is kept as NAME.1.h5")
      ->excludes(resume);
  command->add_flag("--quiet,-q", arguments->quiet, "no progress and no final line");
  command->footer(
      "Under mpirun, rank 0 is the master and the other ranks host the workers.\n"
      "In one process, every worker runs in-process. Both give the same numbers. With --groups G,\n"
      "rank 0 only writes, and the others are G masters, each with its share of ranks.");
  command->callback([arguments, &environment] {
    check_groups(arguments->groups, environment);
    if (environment.is_master()) return run_as_master(*arguments, environment);
    ignore_interrupts();
    run_as_worker(*arguments, environment);
  });
}

}  // namespace laggard::commands
