#include "sweep/plan_runner.hpp"

#include <algorithm>
#include <optional>

#include "core/error.hpp"
#include "core/interrupt.hpp"

namespace laggard::sweep {

PlanRunner::PlanRunner(Sweep& sweep, transport::Transport& transport, ResultSink& sink,
                       std::function<void()> on_run)
    : sweep_(sweep),
      transport_(transport),
      sink_(sink),
      on_run_(std::move(on_run)),
      ledger_([&sink](const std::vector<WorkerRecord>& rows) { sink.add_rows(rows); }) {}

void PlanRunner::enter(std::size_t combination) {
  if (experiment_ && combination_ == combination) return;
  experiment_ = sweep_.make(combination);
  points_ = experiment_->points();
  wanted_job_ = experiment_->job();
  combination_ = combination;
}

void PlanRunner::configure() {
  const config::FailureConfig& failures = sweep_.plan().combinations[combination_].config->failures;
  transport_.set_failure_rule({failures.timeout_s, failures.workers == "reassign"});
  if (wanted_job_.empty() || wanted_job_ == job_) return;
  const auto reading = sweep_.reading();  // in-process, this reads weights
  transport_.configure(job_of(sweep_.kind(), wanted_job_));
  job_ = wanted_job_;
}

void PlanRunner::run(const Assignment& assignment, const Assignment* next) {
  const WorkUnit& unit = assignment.unit;
  enter(unit.combination);
  const std::vector<std::size_t> missing = missing_points(points_, assignment);
  if (missing.empty()) return;
  if (interrupted()) throw Interrupted("interrupted");
  configure();
  if (next != nullptr && next->unit.combination == unit.combination)
    experiment_->expect(next->unit.trial, missing_points(points_, *next));
  experiment_->run(unit.trial, missing, {{transport_, ledger_, time_}, sink_, sweep_.unfinished()},
                   on_run_);
  sink_.trial_done();
}

Assignment assignment_of(const config::Plan& plan, const WorkUnit& unit, const ResultStore& store,
                         const OnTrial& on_trial) {
  Assignment assignment{unit, {}};
  const config::Combination& combination = plan.combinations[unit.combination];
  const std::uint32_t end = combination.first_point + combination.config->points();
  for (std::uint32_t point = combination.first_point; point < end; ++point) {
    if (!store.has(point, unit.trial)) continue;
    assignment.finished.push_back(point);
    on_trial(TrialState::kFoundFinished);
  }
  return assignment;
}

std::vector<std::size_t> missing_points(std::span<const PointRecord> points,
                                        const Assignment& assignment) {
  const std::vector<std::uint32_t>& finished = assignment.finished;
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (points[i].skipped.empty() &&
        !std::binary_search(finished.begin(), finished.end(), points[i].point))
      missing.push_back(i);
  return missing;
}

void run_plan(Sweep& sweep, transport::Transport& transport, Schedule& schedule,
              const OnTrial& on_trial) {
  PlanRunner runner(sweep, transport, schedule, [&] { on_trial(TrialState::kRun); });
  const std::vector<std::uint32_t>& wanted = schedule.wanted();  // may grow meanwhile
  const auto assignment = [&](std::uint32_t combination, std::uint32_t number) {
    return assignment_of(sweep.plan(), {combination, number}, schedule, on_trial);
  };
  try {
    for (std::uint32_t combination = 0; combination < wanted.size(); ++combination) {
      std::optional<Assignment> next;
      for (std::uint32_t number = 0; number < wanted[combination]; ++number) {
        const Assignment current = next ? *std::move(next) : assignment(combination, number);
        next.reset();
        if (number + 1 < wanted[combination]) next = assignment(combination, number + 1);
        runner.run(current, next ? &*next : nullptr);
      }
    }
  } catch (...) {
    try {
      runner.close();
    } catch (const Error&) {  // the first one is already being dealt with
    }
    throw;
  }
  runner.close();
}

}  // namespace laggard::sweep
