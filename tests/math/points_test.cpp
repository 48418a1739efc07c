#include "math/points.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

using namespace laggard::math;

TEST_CASE("points follow the papers' cosine formulas") {
  for (std::uint32_t n : {1U, 2U, 7U, 60U, 1001U}) {
    const auto alpha = chebyshev_first(n);
    REQUIRE(alpha.size() == n);
    for (std::uint32_t k = 1; k <= n; ++k)
      CHECK(alpha[k - 1] ==
            Approx(std::cos((2.0 * k - 1.0) * std::numbers::pi / (2.0 * n))).margin(1e-15));
    if (n < 2) continue;
    const auto beta = chebyshev_second(n);
    for (std::uint32_t j = 1; j <= n; ++j)
      CHECK(beta[j - 1] ==
            Approx(std::cos((j - 1.0) * std::numbers::pi / (n - 1.0))).margin(1e-15));
    CHECK(beta.front() == 1.0);
    CHECK(beta.back() == -1.0);
    CHECK(equispaced(n).front() == 1.0);
    CHECK(equispaced(n).back() == -1.0);
  }
}

TEST_CASE("points are symmetric to the last bit and descend strictly") {
  for (std::uint32_t n : {2U, 3U, 64U, 100U, 9999U})
    for (const auto& points : {chebyshev_first(n), chebyshev_second(n), equispaced(n)})
      for (std::size_t i = 0; i < n; ++i) {
        REQUIRE(points[i] == -points[n - 1 - i]);
        if (i > 0) REQUIRE(points[i] < points[i - 1]);
      }
}

TEST_CASE("one point sits in the middle") {
  CHECK(chebyshev_first(1) == std::vector<double>{0.0});
  CHECK(chebyshev_second(1) == std::vector<double>{0.0});
  CHECK(equispaced(1) == std::vector<double>{0.0});
}

TEST_CASE("alphas meet betas exactly where the exponents of two say so, and nowhere else") {
  const auto exponent = [](std::uint32_t n) {
    int e = 0;
    for (; n % 2 == 0; n /= 2) ++e;
    return e;
  };
  for (std::uint32_t k : {1U, 2U, 3U, 8U, 10U, 12U})
    for (std::uint32_t n = 2; n < 200; ++n) {
      std::size_t met = 0;
      for (double a : chebyshev_first(k))
        for (double b : chebyshev_second(n)) {
          if (a == b)
            ++met;
          else
            CHECK(std::abs(a - b) > 1e-9);
        }
      CHECK((met > 0) == (exponent(n - 1) > exponent(k)));
      if ((n - 1) % (2 * k) == 0) CHECK(met == k);
    }
}

TEST_CASE("chord points share the interval as the steps share the path") {
  const std::vector<double> steps{3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0};
  const double end = chebyshev_first(9).front();
  for (const double power : {0.5, 1.0}) {
    double whole = 0.0, passed = 0.0;
    for (const double step : steps) whole += std::pow(step, power);
    const auto points = chord_points(steps, power);
    REQUIRE(points.size() == 9);
    CHECK(points.front() == end);
    CHECK(points.back() == -end);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      passed += std::pow(steps[i], power);
      CHECK(points[i + 1] == Approx(end * (1.0 - 2.0 * passed / whole)).margin(1e-15));
      CHECK(points[i + 1] < points[i]);
    }
  }
  CHECK(chord_points({}, 1.0) == std::vector<double>{0.0});
}

TEST_CASE("steps of any size give chord points that descend strictly") {
  const std::vector<double> apart{1e200, 0.0, 2e200, 1e-200}, none(4, 0.0);
  for (const double power : {0.5, 1.0, 4.0}) {
    const auto points = chord_points(apart, power);
    for (std::size_t i = 1; i < points.size(); ++i) CHECK(points[i] < points[i - 1]);
    CHECK(points[1] - points[2] == Approx(kSmallestStep * 2.0 * points[0] / 4.0).epsilon(1e-6));
  }
  const auto equal = chord_points(none, 0.5);
  for (std::size_t i = 1; i < equal.size(); ++i)
    CHECK(equal[i - 1] - equal[i] == Approx(equal.front() / 2.0));
}

TEST_CASE("many data points that coincide still have chord points of their own") {
  std::vector<double> steps(1'500'000, 0.0);  // where 1e-9 of the mean would be lost in rounding
  steps[700'000] = 1.0;
  for (const bool all : {false, true}) {
    if (all) std::fill(steps.begin(), steps.end(), 3.0);
    const auto points = chord_points(steps, 0.5);
    CHECK(std::adjacent_find(points.begin(), points.end(), std::less_equal<>()) == points.end());
    CHECK(points.back() == -points.front());
  }
}

namespace {

/// The shortest longest part over all ways to share `parts` parts among the steps from `first` on.
double shortest_by_search(const std::vector<double>& steps, std::size_t first,
                          std::uint32_t parts) {
  if (first + 1 == steps.size()) return steps[first] / parts;
  double best = std::numeric_limits<double>::infinity();
  const auto others = static_cast<std::uint32_t>(steps.size() - first - 1);
  for (std::uint32_t own = 1; own + others <= parts; ++own)
    best = std::min(
        best, std::max(steps[first] / own, shortest_by_search(steps, first + 1, parts - own)));
  return best;
}

}  // namespace

TEST_CASE("systematic points contain the data to the last bit and divide the longest steps") {
  const auto alpha = chebyshev_first(5);
  const std::vector<double> steps{1.0, 6.0, 0.0, 2.5};
  for (const std::uint32_t n : {5U, 6U, 9U, 13U, 40U}) {
    const auto beta = systematic_points(alpha, steps, n);
    REQUIRE(beta.size() == n);
    std::vector<std::ptrdiff_t> places;
    for (const double a : alpha) {
      const auto place = std::find(beta.begin(), beta.end(), a);
      REQUIRE(place != beta.end());
      places.push_back(place - beta.begin());
    }
    CHECK(places.front() == 0);
    CHECK(places.back() == std::ptrdiff_t(n) - 1);
    double longest = 0.0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto parts = places[i + 1] - places[i];
      longest = std::max(longest, steps[i] / double(parts));
      const double gap = (alpha[i] - alpha[i + 1]) / double(parts);
      for (std::ptrdiff_t j = places[i]; j < places[i + 1]; ++j)
        CHECK(beta[std::size_t(j)] - beta[std::size_t(j + 1)] == Approx(gap).epsilon(1e-12));
    }
    CHECK(longest == Approx(shortest_by_search(steps, 0, n - 1)).epsilon(1e-12));
  }
}

TEST_CASE("systematic points of data that all coincide divide every step alike") {
  const auto alpha = chebyshev_first(5);
  const auto beta = systematic_points(alpha, std::vector<double>(4, 0.0), 9);
  for (std::size_t i = 0; i < 5; ++i) CHECK(beta[2 * i] == alpha[i]);
}
