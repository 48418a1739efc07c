// How many queries per second a policy can serve within a limit of latency.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "experiment/serving/simulation.hpp"

namespace laggard::serving {

/// Means over the trials at the largest rate that holds the limit.
struct Capacity {
  double rate = 0.0;  ///< 0: none that was tried holds it
  LatencyRecord means;
  double lowest = 0.0;   ///< rate that was tried; 0: there was no need to
  Seconds alone = kNaN;  ///< what the latency is without any queue, where that is beyond the limit
};

/// The largest rate at which the mean over the trials of a column of /latency is at most `limit`.
/// Latency need not grow with the rate (at low rates, ParM waits long for its groups): rates are
/// tried from the policy's own limit downwards in steps of 7 %, and the last step is bisected to
/// 0.1 %. Where a query has a single job, and no instance fails, its service is the least that it
/// takes at any rate: if that is too long already, no rate is tried. All rates have the same draws.
/// `step` is called after each rate, with the number of rates that will at least follow. Errors:
/// Interrupted; ConfigError for arrivals that have a rate of their own.
Capacity largest_rate(Simulation& simulation, const ActivePolicy& policy, const Column& column,
                      Seconds limit, const std::function<void(std::uint32_t)>& step);

}  // namespace laggard::serving
