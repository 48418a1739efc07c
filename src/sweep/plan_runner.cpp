#include "sweep/plan_runner.hpp"

#include "core/error.hpp"
#include "core/interrupt.hpp"

namespace laggard::sweep {

PlanRunner::PlanRunner(Sweep& sweep, transport::Transport& transport, ResultSink& sink,
                       OnTrial on_trial)
    : sweep_(sweep),
      transport_(transport),
      sink_(sink),
      on_trial_(std::move(on_trial)),
      ledger_([&sink](const std::vector<WorkerRecord>& rows) { sink.add_rows(rows); }) {}

void PlanRunner::enter(std::size_t combination) {
  if (experiment_ && combination_ == combination) return;
  experiment_ = sweep_.make(combination);
  points_ = experiment_->points();
  wanted_job_ = experiment_->job();
  combination_ = combination;
}

std::vector<std::size_t> PlanRunner::missing_points(std::uint32_t number) const {
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (!points_[i].skipped.empty()) continue;
    if (sink_.has(points_[i].point, number))
      on_trial_(TrialState::kFoundFinished);
    else
      missing.push_back(i);
  }
  return missing;
}

void PlanRunner::configure() {
  const config::FailureConfig& failures = sweep_.plan().combinations[combination_].config->failures;
  transport_.set_failure_rule({failures.timeout_s, failures.workers == "reassign"});
  if (wanted_job_.empty() || wanted_job_ == job_) return;
  const auto reading = sweep_.reading();  // in-process, this reads weights
  transport_.configure(job_of(sweep_.kind(), wanted_job_));
  job_ = wanted_job_;
}

void PlanRunner::run(std::size_t combination, std::uint32_t number) {
  enter(combination);
  const std::vector<std::size_t> missing = missing_points(number);
  if (missing.empty()) return;
  if (interrupted()) throw Interrupted("interrupted");
  configure();
  experiment_->run(number, missing, {{transport_, ledger_, time_}, sink_, sweep_.unfinished()},
                   [this] { on_trial_(TrialState::kRun); });
  sink_.trial_done();
}

void run_plan(Sweep& sweep, transport::Transport& transport, Schedule& schedule,
              const OnTrial& on_trial) {
  PlanRunner runner(sweep, transport, schedule, on_trial);
  const std::vector<std::uint32_t>& wanted = schedule.wanted();  // may grow meanwhile
  try {
    for (std::size_t combination = 0; combination < wanted.size(); ++combination)
      for (std::uint32_t number = 0; number < wanted[combination]; ++number)
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

}  // namespace laggard::sweep
