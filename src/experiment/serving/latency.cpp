#include "experiment/serving/latency.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace laggard::serving {
namespace {

constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();

/// Puts the quantile in its place, with smaller values in front of it and larger ones behind.
Seconds& quantile(std::span<Seconds> values, std::size_t sorted, double q) {
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
  const std::size_t place = std::max<std::size_t>(rank, 1) - 1;
  const auto begin = values.begin();
  const auto at = begin + static_cast<std::ptrdiff_t>(place);
  std::nth_element(begin + static_cast<std::ptrdiff_t>(std::min(sorted, place)), at, values.end());
  return *at;
}

/// Of the latencies of proper answers.
Seconds median_proper(const Answers& answers, std::uint32_t batch, std::uint32_t warmup) {
  std::vector<Seconds> proper;
  for (std::size_t query = warmup; query < answers.arrival.size(); ++query)
    if (const Seconds time = answers.proper[query / batch]; time != kNever)
      proper.push_back(time - answers.arrival[query]);
  return proper.empty() ? 0.0 : quantile(proper, 0, 0.5);
}

}  // namespace

void latencies(const Answers& answers, std::uint32_t batch, std::uint32_t warmup,
               const Release& release, Latencies& result) {
  const Seconds median = release.for_median ? median_proper(answers, batch, warmup) : 0.0;
  const std::size_t queries = answers.arrival.size();
  result.seconds.resize(queries - warmup);
  result.substituted.resize(queries - warmup);
  for (std::size_t query = warmup; query < queries; ++query) {
    const Seconds arrival = answers.arrival[query];
    const Seconds proper = answers.proper[query / batch];
    const Seconds hold = proper == kNever ? release.hold : std::max(release.hold, median);
    const Seconds substitute = std::max(answers.substitute[query / batch], arrival + hold);
    result.substituted[query - warmup] = substitute < proper ? 1 : 0;
    result.seconds[query - warmup] = std::min(proper, substitute) - arrival;
  }
}

LatencySummary summarise(Latencies& latencies) {
  LatencySummary summary;
  std::vector<Seconds>& seconds = latencies.seconds;
  const auto count = static_cast<double>(seconds.size());
  summary.approximated =
      std::accumulate(latencies.substituted.begin(), latencies.substituted.end(), 0.0) / count;
  summary.mean = std::accumulate(seconds.begin(), seconds.end(), 0.0) / count;
  // Each selection leaves only what is above it for the next one.
  std::size_t sorted = 0;
  const auto next = [&](double q) {
    Seconds& value = quantile(seconds, sorted, q);
    sorted = static_cast<std::size_t>(&value - seconds.data());
    return value;
  };
  summary.median = next(0.5);
  summary.p99 = next(0.99);
  summary.p995 = next(0.995);
  summary.p999 = next(0.999);
  return summary;
}

bool is_unstable(const Answers& answers, std::uint32_t instances) {
  constexpr double kShare = 0.02, kServices = 20.0;
  const Seconds mean_service = answers.busy_s / static_cast<double>(answers.services);
  const Seconds last = answers.arrival.back();
  const auto batches = static_cast<double>(answers.proper.size());
  double left = 0.0;
  for (std::size_t batch = 0; batch < answers.proper.size(); ++batch)
    left += std::min(answers.proper[batch], answers.substitute[batch]) > last ? 1.0 : 0.0;
  // A service may be long, and that is no queue.
  const double queue = std::max(0.0, left - instances);
  const Seconds of_batch = answers.busy_s / (batches * instances);
  return queue * of_batch > kShare * last + kServices * mean_service;
}

}  // namespace laggard::serving
