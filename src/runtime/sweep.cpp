#include "runtime/sweep.hpp"

#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "runtime/worker.hpp"

namespace laggard::runtime {
namespace {

/// An error that a swept value causes says so.
Setup build(const config::Combination& combination, SetupBuilder& builder) {
  try {
    return builder.build(combination);
  } catch (const Error& error) {
    const std::string message = combination.swept.blame(error.what());
    if (message == error.what()) throw;
    if (error.code() == ExitCode::kUsage) throw ConfigError(message);
    throw Error(error.code(), message);
  }
}

}  // namespace

std::vector<PointRecord> plan_points(const config::Plan& plan, SetupBuilder& builder,
                                     const std::function<void(const Setup&)>& visit) {
  std::vector<PointRecord> points;
  for (const config::Combination& combination : plan.combinations) {
    const Setup setup = build(combination, builder);
    if (interrupted()) throw Interrupted("interrupted (a signal came); start it again");
    if (visit) visit(setup);
    for (const ActivePoint& point : setup.points) points.push_back(point.record);
  }
  return points;
}

std::uint64_t count_trials(const config::Plan& plan, const std::vector<PointRecord>& points) {
  std::uint64_t trials = 0;
  for (const config::Combination& combination : plan.combinations)
    for (std::size_t i = 0; i < combination.config.schemes.size(); ++i)
      if (points[combination.first_point + i].skipped.empty()) trials += combination.config.trials;
  return trials;
}

PlanRunner::PlanRunner(const config::Plan& plan, SetupBuilder& builder,
                       transport::Transport& transport, ResultSink& sink, OnTrial on_trial)
    : plan_(plan),
      builder_(builder),
      transport_(transport),
      sink_(sink),
      on_trial_(std::move(on_trial)),
      ledger_([&sink](const std::vector<WorkerRecord>& rows) { sink.add_rows(rows); }) {}

void PlanRunner::enter(std::size_t combination) {
  if (setup_ && combination_ == combination) return;
  master_.reset();
  setup_ = build(plan_.combinations[combination], builder_);
  combination_ = combination;
  master_.emplace(*setup_, ClockParts{transport_, ledger_, time_}, sink_);
  wanted_job_ = job_text(setup_->config, setup_->dataset->shape(), setup_->points);
}

std::vector<const ActivePoint*> PlanRunner::missing_points(std::uint32_t number) const {
  std::vector<const ActivePoint*> missing;
  for (const ActivePoint& point : setup_->points) {
    if (!point.scheme) continue;
    if (sink_.has(point.record.point, number))
      on_trial_(TrialState::kFoundFinished);
    else
      missing.push_back(&point);
  }
  return missing;
}

void PlanRunner::configure() {
  const config::FailureConfig& failures = setup_->config.failures;
  transport_.set_failure_rule({failures.timeout_s, failures.workers == "reassign"});
  if (wanted_job_ == job_) return;
  const auto reading = builder_.reading();  // in-process, this reads weights
  transport_.configure(wanted_job_);
  job_ = wanted_job_;
}

void PlanRunner::run(std::size_t combination, std::uint32_t number) {
  enter(combination);
  const std::vector<const ActivePoint*> missing = missing_points(number);
  if (missing.empty()) return;
  if (interrupted()) throw Interrupted("interrupted");
  configure();
  const Trial trial = draw_trial(*setup_, number);
  for (const ActivePoint* point : missing) {
    master_->run(trial, *point);
    on_trial_(TrialState::kRun);
  }
  sink_.trial_done();
}

void run_plan(const config::Plan& plan, SetupBuilder& builder, transport::Transport& transport,
              ResultSink& sink, const OnTrial& on_trial) {
  PlanRunner runner(plan, builder, transport, sink, on_trial);
  try {
    for (std::size_t combination = 0; combination < plan.combinations.size(); ++combination)
      for (std::uint32_t number = 0; number < plan.combinations[combination].config.trials;
           ++number)
        runner.run(combination, number);
  } catch (...) {
    try {
      runner.close();
    } catch (const Error&) {  // the first one is already being dealt with
    }
    throw;
  }
  runner.close();
}

Layout layout_of(const config::Plan& plan) {
  return layout_of(plan.combinations.front().config.output);
}

void require_work(const std::vector<PointRecord>& points) {
  for (const PointRecord& point : points)
    if (point.skipped.empty()) return;
  throw ConfigError("there is nothing to run",
                    points.empty() ? "no points" : points.front().skipped,
                    "change the sizes; `laggard check CONFIG` lists every point");
}

}  // namespace laggard::runtime
