// Statistics that tests compare with theory. All samples come from fixed seeds, so a test either
// always passes or always fails; the bounds would be exceeded by chance with one seed in thousands.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace laggard::testing {

inline double mean_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

inline double variance_of(std::span<const double> values) {
  const double mean = mean_of(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size() - 1);
}

/// How many standard errors the mean lies from `expected`.
inline double standard_errors(std::span<const double> values, double expected) {
  return std::abs(mean_of(values) - expected) /
         std::sqrt(variance_of(values) / static_cast<double>(values.size()));
}

/// sqrt(n) times the largest distance to the distribution function: above 1.95 once in a thousand.
template <class Distribution>
double kolmogorov_smirnov(std::vector<double> values, const Distribution& cdf) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = cdf(values[i]);
    distance = std::max({distance, expected - static_cast<double>(i) / n,
                         static_cast<double>(i + 1) / n - expected});
  }
  return std::sqrt(n) * distance;
}

/// Standardised chi-square of counts that should be equal, roughly standard normal.
inline double unevenness(std::span<const std::size_t> counts) {
  double total = 0.0;
  for (const std::size_t count : counts) total += static_cast<double>(count);
  const double expected = total / static_cast<double>(counts.size());
  double chi_square = 0.0;
  for (const std::size_t count : counts) {
    const double excess = static_cast<double>(count) - expected;
    chi_square += excess * excess / expected;
  }
  const auto freedom = static_cast<double>(counts.size() - 1);
  return (chi_square - freedom) / std::sqrt(2.0 * freedom);
}

inline double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

}  // namespace laggard::testing
