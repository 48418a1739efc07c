// All points of a plan, trial by trial.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/experiment.hpp"
#include "core/records.hpp"
#include "runtime/master.hpp"
#include "transport/transport.hpp"

namespace laggard::runtime {

/// Every (combination, scheme) of a plan with its number and, where it is skipped, the reason.
/// Loads what the plan needs, so that errors show before anything runs; `visit` sees each
/// combination. Errors: those of the setups, Interrupted.
std::vector<PointRecord> plan_points(const config::Plan& plan, SetupBuilder& builder,
                                     const std::function<void(const Setup&)>& visit = nullptr);

/// What a run of the plan writes.
Layout layout_of(const config::Plan& plan);

/// Errors: ConfigError if every point is skipped.
void require_work(const std::vector<PointRecord>& points);

/// Trials that the plan's points will run in all.
std::uint64_t count_trials(const config::Plan& plan, const std::vector<PointRecord>& points);

enum class TrialState { kRun, kFoundFinished };

/// Told about every trial of every point.
using OnTrial = std::function<void(TrialState)>;

/// Runs trials of a plan in any order; combinations that come one after the other share what they
/// have in common.
class PlanRunner {
 public:
  PlanRunner(const config::Plan& plan, SetupBuilder& builder, transport::Transport& transport,
             ResultSink& sink, OnTrial on_trial);

  /// Trial `number` of all points of a combination, but for those that the sink has. Errors:
  /// Interrupted, RunError and those of the setups.
  void run(std::size_t combination, std::uint32_t number);

  /// Hands the sink what still waited for late workers.
  void close() { ledger_.close(); }

 private:
  void enter(std::size_t combination);
  std::vector<const ActivePoint*> missing_points(std::uint32_t number) const;
  void configure();

  const config::Plan& plan_;
  SetupBuilder& builder_;
  transport::Transport& transport_;
  ResultSink& sink_;
  OnTrial on_trial_;
  RealTime time_;  // of the run
  WorkerLedger ledger_;
  std::size_t combination_ = 0;
  std::optional<Setup> setup_;
  std::optional<Master> master_;
  std::string job_, wanted_job_;  // of the transport, of the combination
};

/// Runs what the sink does not have yet. Errors: those of PlanRunner.
void run_plan(const config::Plan& plan, SetupBuilder& builder, transport::Transport& transport,
              ResultSink& sink, const OnTrial& on_trial);

}  // namespace laggard::runtime
