#include "experiment/serving/capacity.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/interrupt.hpp"

namespace laggard::serving {
namespace {

constexpr double kStep = 0.93;
constexpr int kSteps = 60;  // down to a 78th of the policy's own limit
constexpr std::uint32_t kBisections = 6;

LatencyRecord mean_of_trials(Simulation& simulation, const ActivePolicy& policy) {
  const std::uint32_t trials = simulation.config().trials.fixed();
  LatencyRecord means{policy.record.point, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    stop_if_interrupted();
    const LatencyRecord row = simulation.run(trial, policy);
    if (row.unstable != 0) return row;
    for (double LatencyRecord::*value :
         {&LatencyRecord::median, &LatencyRecord::mean, &LatencyRecord::p99, &LatencyRecord::p995,
          &LatencyRecord::p999, &LatencyRecord::approximated, &LatencyRecord::accuracy,
          &LatencyRecord::utilisation})
      means.*value += row.*value / trials;
  }
  return means;
}

/// The mean over the trials of a column if every query were served at once, by the fastest
/// instance; NaN where a query may be answered by one of several jobs, or a job begins again.
Seconds without_queues(const Simulation& simulation, const Policy& policy, const Column& column) {
  const ServingConfig& serving = simulation.config().serving;
  const JobCounts jobs = policy.jobs();
  if (jobs.copies != 1 || jobs.group > 0 || serving.server.outages.any()) return kNaN;
  const std::uint32_t trials = simulation.config().trials.fixed(), batch = serving.server.batch;
  double mean = 0.0;
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    const Scene scene = simulation.scene(trial, serving.server);
    const double fastest =
        scene.speeds.empty() ? 1.0 : *std::min_element(scene.speeds.begin(), scene.speeds.end());
    Latencies latencies;
    for (std::uint32_t query = serving.warmup; query < serving.server.queries; ++query)
      latencies.seconds.push_back(
          fastest * (scene.service.draw({{scene.trial.seed, trial, query / batch, 0},
                                         false,
                                         static_cast<double>(batch)}) +
                     scene.costs.compute_s) +
          scene.costs.messages_s());
    latencies.substituted.resize(latencies.seconds.size());
    const LatencySummary summary = summarise(latencies);
    LatencyRecord row;
    row.median = summary.median;
    row.mean = summary.mean;
    row.p99 = summary.p99;
    row.p995 = summary.p995;
    row.p999 = summary.p999;
    mean += value_of(row, column) / trials;
  }
  return mean;
}

}  // namespace

Capacity largest_rate(Simulation& simulation, const ActivePolicy& policy, const Column& column,
                      Seconds limit, const std::function<void(std::uint32_t)>& step) {
  Capacity found;
  constexpr double kRounding = 1e-9;  // answers are differences of times
  const Seconds alone = without_queues(simulation, *policy.policy, column);
  if (alone > (1.0 + kRounding) * limit) {
    simulation.require_rate("rates are tried");
    found.alone = alone;
    step(0);
    return found;
  }
  // Whether it is low enough, and the rates that follow if it is, and if it is not.
  const auto holds = [&](double rate, std::uint32_t left, std::uint32_t left_if_not) {
    simulation.set_rate(rate);
    if (found.rate == 0.0) found.lowest = rate;
    const LatencyRecord means = mean_of_trials(simulation, policy);
    const bool low_enough = value_of(means, column) <= limit;
    if (low_enough) found = {rate, means, found.lowest, kNaN};
    step(low_enough ? left : left_if_not);
    return low_enough;
  };
  double high = simulation.capacity(*policy.policy), low = kStep * high;
  bool first = true;
  for (int i = 0; i < kSteps && !holds(low, kBisections, 1 + kBisections); ++i) {
    first = false;
    high = low;
    low *= kStep;
  }
  if (found.rate == 0.0) return found;
  // Where approximate answers come first, more is served than the first line manages.
  const double most = simulation.limit(*policy.policy);
  while (first && high < most && holds(high, 1 + kBisections, kBisections)) {
    low = high;
    high = std::min(most, high / kStep);
  }
  for (std::uint32_t left = kBisections; left-- > 0;) {
    const double middle = std::sqrt(low * high);
    (holds(middle, left, left) ? low : high) = middle;
  }
  return found;
}

}  // namespace laggard::serving
