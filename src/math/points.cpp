#include "math/points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <queue>

namespace laggard::math {
namespace {

/// sin(pi * numerator / denominator / 2) for equal fractions gives equal bits, because the quotient
/// of small integers is correctly rounded.
double half_turn_sine(double numerator, double denominator) {
  return std::sin(0.5 * std::numbers::pi * (numerator / denominator));
}

/// The steps to a power, over the longest. None is shorter than kSmallestStep of their mean, nor
/// than what a sum of them resolves; all are equal if none has a length.
std::vector<double> lifted(std::span<const double> steps, double power) {
  std::vector<double> lengths(steps.begin(), steps.end());
  const double longest = *std::max_element(lengths.begin(), lengths.end());
  if (!(longest > 0.0)) return std::vector<double>(lengths.size(), 1.0);
  double sum = 0.0;
  for (double& length : lengths) sum += length = std::pow(length / longest, power);
  const double smallest = sum * std::max(kSmallestStep / static_cast<double>(lengths.size()),
                                         8.0 * std::numeric_limits<double>::epsilon());
  for (double& length : lengths) length = std::max(length, smallest);
  return lengths;
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

std::vector<double> mirrored(std::span<const double> points) {
  std::vector<double> others(points.begin(), points.end());
  for (double& point : others) point = -point;
  return others;
}

std::vector<double> chord_points(std::span<const double> steps, double power) {
  if (steps.empty()) return {0.0};
  const std::vector<double> gaps = lifted(steps, power);
  double whole = 0.0;
  for (const double gap : gaps) whole += gap;
  const double end = chebyshev_first(static_cast<std::uint32_t>(steps.size() + 1)).front();
  std::vector<double> points{end};
  double passed = 0.0;
  for (const double gap : gaps) {
    passed += gap;
    points.push_back(end - 2.0 * end * (passed / whole));
  }
  points.back() = -end;
  return points;
}

std::vector<double> systematic_points(std::span<const double> alpha, std::span<const double> steps,
                                      std::uint32_t n) {
  struct Part {
    double length;  // of each part of the step
    std::size_t step;
    /// The first one of equals.
    bool operator<(const Part& other) const {
      return length != other.length ? length < other.length : step > other.step;
    }
  };
  const std::vector<double> lengths = lifted(steps, 1.0);
  std::vector<std::uint32_t> parts(steps.size(), 1);
  std::priority_queue<Part> longest;
  for (std::size_t i = 0; i < lengths.size(); ++i) longest.push({lengths[i], i});
  for (auto left = n - static_cast<std::uint32_t>(alpha.size()); left > 0; --left) {
    const std::size_t i = longest.top().step;
    longest.pop();
    longest.push({lengths[i] / ++parts[i], i});
  }
  std::vector<double> points;
  points.reserve(n);
  for (std::size_t i = 0; i < lengths.size(); ++i)
    for (std::uint32_t j = 0; j < parts[i]; ++j)
      points.push_back(alpha[i] + (alpha[i + 1] - alpha[i]) * (double(j) / parts[i]));
  points.push_back(alpha.back());
  return points;
}

}  // namespace laggard::math
