// The trials of a sweep, one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "sweep/schedule.hpp"
#include "sweep/sweep.hpp"
#include "transport/transport.hpp"

namespace laggard::sweep {

enum class TrialState { kRun, kFoundFinished };

/// Told about every trial of every point.
using OnTrial = std::function<void(TrialState)>;

/// Runs trials of a plan in any order; combinations that come one after the other share what they
/// have in common.
class PlanRunner {
 public:
  PlanRunner(Sweep& sweep, transport::Transport& transport, ResultSink& sink, OnTrial on_trial);

  /// Trial `number` of all points of a combination, but for those that the sink has. Errors:
  /// Interrupted, RunError and those of Sweep::make().
  void run(std::size_t combination, std::uint32_t number);

  /// Hands the sink what still waited for late workers.
  void close() { ledger_.close(); }

 private:
  void enter(std::size_t combination);
  std::vector<std::size_t> missing_points(std::uint32_t number) const;
  void configure();

  Sweep& sweep_;
  transport::Transport& transport_;
  ResultSink& sink_;
  OnTrial on_trial_;
  RealTime time_;  // of the run
  round::WorkerLedger ledger_;
  std::size_t combination_ = 0;
  std::unique_ptr<Experiment> experiment_;
  std::vector<PointRecord> points_;  // of the experiment
  std::string job_, wanted_job_;     // of the transport, of the experiment
};

/// Runs what is wanted and the schedule's sink does not have yet. Errors: those of PlanRunner.
void run_plan(Sweep& sweep, transport::Transport& transport, Schedule& schedule,
              const OnTrial& on_trial);

}  // namespace laggard::sweep
