// The trials of a sweep, one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "sweep/schedule.hpp"
#include "sweep/sweep.hpp"
#include "sweep/work_pool.hpp"
#include "transport/transport.hpp"

namespace laggard::sweep {

enum class TrialState { kRun, kFoundFinished };

/// Told about every trial of every point.
using OnTrial = std::function<void(TrialState)>;

/// A trial to run, and those of its points that are in the file already, ascending.
struct Assignment {
  WorkUnit unit;
  std::vector<std::uint32_t> finished;
};

/// Runs trials of a plan in any order; combinations that come one after the other share what they
/// have in common.
class PlanRunner {
 public:
  /// `on_run` is called after each trial of each point.
  PlanRunner(Sweep& sweep, transport::Transport& transport, ResultSink& sink,
             std::function<void()> on_run);

  /// A trial of all points of its combination but for those that are finished. `next`, where it is
  /// known, comes afterwards. Errors: Interrupted, RunError and those of Sweep::make().
  void run(const Assignment& assignment, const Assignment* next = nullptr);

  /// Hands the sink what still waited for late workers.
  void close() { ledger_.close(); }

 private:
  void enter(std::size_t combination);
  void configure();

  Sweep& sweep_;
  transport::Transport& transport_;
  ResultSink& sink_;
  std::function<void()> on_run_;
  RealTime time_;  // of the run
  round::WorkerLedger ledger_;
  std::size_t combination_ = 0;
  std::unique_ptr<Experiment> experiment_;
  std::vector<PointRecord> points_;  // of the experiment
  std::string job_, wanted_job_;     // of the transport, of the experiment
};

/// With what the store has of the unit, of which it tells `on_trial`.
Assignment assignment_of(const config::Plan& plan, const WorkUnit& unit, const ResultStore& store,
                         const OnTrial& on_trial);

/// What there is to run of an assignment: the points of its combination that are neither finished
/// nor skipped, by their index.
std::vector<std::size_t> missing_points(std::span<const PointRecord> points,
                                        const Assignment& assignment);

/// Runs what is wanted and the schedule's store does not have yet. Errors: those of PlanRunner.
void run_plan(Sweep& sweep, transport::Transport& transport, Schedule& schedule,
              const OnTrial& on_trial);

}  // namespace laggard::sweep
