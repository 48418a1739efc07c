// What the users of a server saw, from what the server did.
#pragma once

#include <cstdint>
#include <vector>

#include "experiment/serving/server.hpp"

namespace laggard::serving {

/// When a substitute may be released.
struct Release {
  Seconds hold = 0.0;       ///< not before this time after its query came
  bool for_median = false;  ///< not before the median of the proper answers, if one will come
};

/// Of the queries behind the warm-up. Seconds from arrival to answer.
struct Latencies {
  std::vector<Seconds> seconds;  ///< by query
  std::vector<std::uint8_t> substituted;
};

/// A query has min(P, max(S, arrival + hold)), where P is the time of its proper answer and S that
/// of its substitute. What was held changes nothing within the server: one simulation serves for
/// every value of it. Each query must have an answer.
void latencies(const Answers& answers, std::uint32_t batch, std::uint32_t warmup,
               const Release& release, Latencies& result);

struct LatencySummary {
  Seconds median = kNaN, mean = kNaN, p99 = kNaN, p995 = kNaN, p999 = kNaN;
  double approximated = kNaN;  ///< share of substitutes
};

/// The q-quantile of n values is the ceil(q n)-th smallest. `latencies` is reordered.
LatencySummary summarise(Latencies& latencies);

/// Whether the server was behind at the end: the queries that had no answer at the last arrival,
/// but for one in each instance, are more than it works off in 2 % of the time of all arrivals and
/// 20 mean services, which short runs need. What it does for queries that have their answers does
/// not count, and neither does a long service.
bool is_unstable(const Answers& answers, std::uint32_t instances);

}  // namespace laggard::serving
