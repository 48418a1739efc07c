#include "fit/sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace laggard::fit {

Sample::Sample(std::span<const faults::Measurement> rows) {
  for (const faults::Measurement& row : rows)
    (row.answered ? answered : censored).push_back(row.seconds);
  std::sort(answered.begin(), answered.end());
  std::sort(censored.begin(), censored.end());
}

std::vector<Step> product_limit(const Sample& sample) {
  std::vector<Step> steps;
  double above = 1.0;
  auto left = static_cast<double>(sample.size());
  auto censored = sample.censored.begin();
  for (auto at = sample.answered.begin(); at != sample.answered.end();) {
    const double time = *at;
    for (; censored != sample.censored.end() && *censored < time; ++censored) --left;
    const auto end = std::upper_bound(at, sample.answered.end(), time);
    const auto count = static_cast<double>(end - at);
    const double after = above * (1.0 - count / left);
    steps.push_back({time, 1.0 - above, 1.0 - after});
    above = after;
    left -= count;
    at = end;
  }
  return steps;
}

double largest_distance(const std::vector<Step>& steps, const Cdf& cdf) {
  double distance = 0.0;
  for (const Step& step : steps) {
    const double before =
        cdf(std::nextafter(step.seconds, -std::numeric_limits<double>::infinity()));
    distance = std::max(
        {distance, std::abs(before - step.below), std::abs(cdf(step.seconds) - step.upto)});
  }
  return distance;
}

}  // namespace laggard::fit
