#include "experiment/serving/capacity.hpp"

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
    if (interrupted()) throw Interrupted("interrupted (a signal came); start it again");
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

}  // namespace

Capacity largest_rate(Simulation& simulation, const ActivePolicy& policy, const Column& column,
                      Seconds limit, const std::function<void(std::uint32_t)>& step) {
  Capacity found;
  // Whether it is low enough, and the rates that follow if it is, and if it is not.
  const auto holds = [&](double rate, std::uint32_t left, std::uint32_t left_if_not) {
    simulation.set_rate(rate);
    const LatencyRecord means = mean_of_trials(simulation, policy);
    const bool low_enough = value_of(means, column) <= limit;
    if (low_enough) found = {rate, means};
    step(low_enough ? left : left_if_not);
    return low_enough;
  };
  double high = simulation.capacity(*policy.policy), low = kStep * high;
  for (int i = 0; i < kSteps && !holds(low, kBisections, 1 + kBisections); ++i) {
    high = low;
    low *= kStep;
  }
  if (found.rate == 0.0) return found;
  for (std::uint32_t left = kBisections; left-- > 0;) {
    const double middle = std::sqrt(low * high);
    (holds(middle, left, left) ? low : high) = middle;
  }
  return found;
}

}  // namespace laggard::serving
