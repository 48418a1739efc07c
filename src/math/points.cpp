#include "math/points.hpp"

#include <cmath>
#include <numbers>

namespace laggard::math {
namespace {

/// sin(pi * numerator / denominator / 2) for equal fractions gives equal bits, because the quotient
/// of small integers is correctly rounded.
double half_turn_sine(double numerator, double denominator) {
  return std::sin(0.5 * std::numbers::pi * (numerator / denominator));
}

}  // namespace

std::vector<double> chebyshev_first(std::uint32_t n) {
  std::vector<double> points(n);
  for (std::uint32_t k = 0; k < n; ++k) points[k] = half_turn_sine(double(n) - 1.0 - 2.0 * k, n);
  return points;
}

std::vector<double> chebyshev_second(std::uint32_t n) {
  std::vector<double> points(n, 0.0);
  const double intervals = double(n) - 1.0;
  if (n > 1)
    for (std::uint32_t j = 0; j < n; ++j)
      points[j] = half_turn_sine(intervals - 2.0 * j, intervals);
  return points;
}

std::vector<double> equispaced(std::uint32_t n) {
  std::vector<double> points(n, 0.0);
  const double intervals = double(n) - 1.0;
  if (n > 1)
    for (std::uint32_t j = 0; j < n; ++j) points[j] = (intervals - 2.0 * j) / intervals;
  return points;
}

}  // namespace laggard::math
