#include "fit/sample.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "statistics.hpp"

namespace laggard::fit {
namespace {

using faults::Measurement;

std::vector<Measurement> rows_of(const std::vector<double>& answered,
                                 const std::vector<double>& censored = {}) {
  std::vector<Measurement> rows;
  for (const double time : answered) rows.push_back({0, 0, time});
  for (const double time : censored) {
    rows.push_back({0, 0, time});
    rows.back().answered = false;
  }
  return rows;
}

TEST_CASE("Without censored times the estimate is the empirical distribution", "[fit]") {
  const auto steps = product_limit(Sample(rows_of({3, 1, 2, 2})));
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].seconds == 1);
  CHECK(steps[0].below == 0.0);
  CHECK(steps[0].upto == Approx(0.25));
  CHECK(steps[1].upto == Approx(0.75));
  CHECK(steps[2].below == Approx(0.75));
  CHECK(steps[2].upto == Approx(1.0));
}

TEST_CASE("The example of Kaplan and Meier", "[fit]") {
  // Deaths at 0.8, 3.1, 5.4 and 9.2 months, losses at 1.0, 2.7, 7.0 and 12.1 (section 1 of their
  // paper); P(X > t) is 7/8, 7/10, 21/40, 21/80.
  const auto steps = product_limit(Sample(rows_of({0.8, 3.1, 5.4, 9.2}, {1.0, 2.7, 7.0, 12.1})));
  REQUIRE(steps.size() == 4);
  CHECK(1.0 - steps[0].upto == Approx(7.0 / 8));
  CHECK(1.0 - steps[1].upto == Approx(7.0 / 10));
  CHECK(1.0 - steps[2].upto == Approx(21.0 / 40));
  CHECK(1.0 - steps[3].upto == Approx(21.0 / 80));
}

TEST_CASE("A time that is censored where another one ends was known to be at least that", "[fit]") {
  const auto steps = product_limit(Sample(rows_of({2, 4}, {2})));
  CHECK(1.0 - steps[0].upto == Approx(2.0 / 3));
  CHECK(1.0 - steps[1].upto == Approx(0.0));
}

TEST_CASE("The distance is that of Kolmogorov and Smirnov", "[fit]") {
  std::vector<double> values;
  for (int i = 1; i <= 50; ++i) values.push_back(std::pow(i / 51.0, 1.3));
  const auto uniform = [](double x) { return std::clamp(x, 0.0, 1.0); };
  const double distance = largest_distance(product_limit(Sample(rows_of(values))), uniform);
  CHECK(std::sqrt(50.0) * distance == Approx(testing::kolmogorov_smirnov(values, uniform)));
}

}  // namespace
}  // namespace laggard::fit
