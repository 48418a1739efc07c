// All points of a plan, trial by trial.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "config/experiment.hpp"
#include "core/records.hpp"
#include "runtime/master.hpp"
#include "transport/transport.hpp"

namespace laggard::runtime {

/// Every (combination, scheme) of a plan with its number and, where it is skipped, the reason.
/// Loads what the plan needs, so that errors show before anything runs.
std::vector<PointRecord> plan_points(const config::Plan& plan, SetupBuilder& builder);

/// Trials that the plan's points will run in all.
std::uint64_t count_trials(const config::Plan& plan, const std::vector<PointRecord>& points);

enum class TrialState { kRun, kFoundFinished };

/// Told about every trial of every point.
using OnTrial = std::function<void(TrialState)>;

/// Runs what the sink does not have yet. Errors: Interrupted, RunError and those of the setups.
void run_plan(const config::Plan& plan, SetupBuilder& builder, transport::Transport& transport,
              ResultSink& sink, const OnTrial& on_trial);

}  // namespace laggard::runtime
