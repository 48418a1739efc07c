#include "metrics/statistics.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/random.hpp"

namespace laggard::metrics {
namespace {

TEST_CASE("A summary of a few values", "[statistics]") {
  const std::vector<double> values{4, 1, 3, 2};
  const Summary summary = summarise(values);
  CHECK(summary.count == 4);
  CHECK(summary.mean == 2.5);
  CHECK(summary.median == 2.5);
  CHECK(summary.ci_low >= 1);
  CHECK(summary.ci_low < 2);
  CHECK(summary.ci_high > 3);
  CHECK(summary.ci_high <= 4);
}

std::vector<double> samples(std::uint32_t seed, std::uint32_t count, bool skewed) {
  Stream stream({seed, Purpose::kData, 0, 0});
  std::vector<double> values(count);
  for (double& value : values) {
    value = 10.0 + standard_normal(stream);
    if (skewed) value = std::exp(3.0 * (value - 10.0));
  }
  return values;
}

TEST_CASE("The interval is that of Student where values are normal", "[statistics]") {
  const std::uint32_t count = GENERATE(20U, 250U, 5000U);
  const std::vector<double> values = samples(7, count, false);
  const Summary summary = summarise(values);
  double squares = 0.0;
  for (const double v : values) squares += (v - summary.mean) * (v - summary.mean);
  const double half = student_t95(count - 1.0) * std::sqrt(squares / (count - 1.0) / count);
  CHECK(summary.mean - summary.ci_low == Approx(half).epsilon(0.15));
  CHECK(summary.ci_high - summary.mean == Approx(half).epsilon(0.15));
}

TEST_CASE("The interval of errors stays above 0 and is the same every time", "[statistics]") {
  for (std::uint32_t seed = 1; seed < 20; ++seed) {
    const std::vector<double> values = samples(seed, 5 + seed, true);
    const Summary once = summarise(values), again = summarise(values);
    CHECK(once.ci_low > 0);
    CHECK(once.ci_low < once.mean);
    CHECK(once.mean < once.ci_high);
    CHECK(once.ci_low == again.ci_low);
    CHECK(once.ci_high == again.ci_high);
  }
}

TEST_CASE("95 of 100 intervals hold the mean", "[statistics]") {
  int inside = 0;
  for (std::uint32_t seed = 1; seed <= 400; ++seed) {
    const Summary summary = summarise(samples(seed, 20, false));
    if (summary.ci_low <= 10.0 && 10.0 <= summary.ci_high) ++inside;
  }
  CHECK(inside >= 365);  // 380 +- 4.4, thrice
  CHECK(inside <= 395);
}

TEST_CASE("The plots draw the same interval", "[statistics]") {
  // The same numbers are in plotting/tests/test_stats.py.
  const auto [count, low, high] =
      GENERATE(table<int, double, double>({{7, 0.17312925170068025, 0.6760214195048938},
                                           {300, 0.013400087959443616, 0.0324797002494913}}));
  std::vector<double> values;
  for (int i = 1; i <= count; ++i) values.push_back(1.0 / i);
  const Summary summary = summarise(values);
  CHECK(summary.ci_low == Approx(low).epsilon(1e-13));
  CHECK(summary.ci_high == Approx(high).epsilon(1e-13));
}

TEST_CASE("Few values have no interval, none have no mean", "[statistics]") {
  const Summary none = summarise({});
  CHECK(none.count == 0);
  CHECK(std::isnan(none.mean));
  CHECK(std::isnan(none.median));
  const std::vector<double> value{7};
  const Summary one = summarise(value);
  CHECK(one.mean == 7);
  CHECK(one.median == 7);
  CHECK(std::isnan(one.ci_low));
  CHECK(std::isnan(one.ci_high));
}

TEST_CASE("A broken trial is not averaged away", "[statistics]") {
  const std::vector<double> values{1, kNaN, 2};
  const Summary summary = summarise(values);
  CHECK(summary.count == 3);
  CHECK(std::isnan(summary.mean));
  CHECK(std::isnan(summary.ci_low));
  CHECK(std::isnan(summary.median));
  const std::vector<double> endless{1, std::numeric_limits<double>::infinity()};
  CHECK(std::isnan(summarise(endless).mean));
  CHECK(std::isnan(summarise(endless).median));
}

TEST_CASE("Equal values have an interval without width", "[statistics]") {
  const std::vector<double> values(10, 0.5);
  const Summary summary = summarise(values);
  CHECK(summary.mean == Approx(0.5).epsilon(1e-15));
  CHECK(summary.ci_high - summary.ci_low == Approx(0.0).margin(1e-15));
}

/// P(|T| < q) by Simpson's rule, the slow obvious way.
double probability_within(double degrees, double q) {
  const double scale = std::exp(std::lgamma((degrees + 1) / 2) - std::lgamma(degrees / 2)) /
                       std::sqrt(degrees * std::numbers::pi);
  const auto density = [&](double t) {
    return scale * std::pow(1 + t * t / degrees, -(degrees + 1) / 2);
  };
  constexpr int kSteps = 20000;
  const double h = q / kSteps;
  double sum = density(0) + density(q);
  for (int i = 1; i < kSteps; ++i) sum += (i % 2 == 1 ? 4 : 2) * density(h * i);
  return 2 * sum * h / 3;
}

TEST_CASE("Quantiles of Student's t", "[statistics]") {
  SECTION("as in the tables") {
    const std::vector<std::pair<double, double>> table{
        {1, 12.7062},  {2, 4.30265},  {3, 3.18245},  {4, 2.77645},   {5, 2.57058},
        {6, 2.44691},  {7, 2.36462},  {8, 2.30600},  {9, 2.26216},   {10, 2.22814},
        {12, 2.17881}, {15, 2.13145}, {20, 2.08596}, {25, 2.05954},  {30, 2.04227},
        {40, 2.02108}, {60, 2.00030}, {80, 1.99006}, {100, 1.98397}, {120, 1.97993}};
    for (const auto& [degrees, quantile] : table) {
      CAPTURE(degrees);
      CHECK(student_t95(degrees) == Approx(quantile).epsilon(1e-3));
    }
  }
  SECTION("from 1 to 120 degrees of freedom, by integration") {
    for (int degrees = 1; degrees <= 120; ++degrees) {
      CAPTURE(degrees);
      CHECK(probability_within(degrees, student_t95(degrees)) == Approx(0.95).epsilon(1e-4));
    }
  }
  SECTION("they fall towards the normal quantile") {
    for (int degrees = 1; degrees < 2000; ++degrees)
      CHECK(student_t95(degrees + 1) < student_t95(degrees));
    CHECK(student_t95(1e9) == Approx(1.959963984540054).epsilon(1e-6));
  }
}

TEST_CASE("Slopes of power laws", "[statistics]") {
  std::vector<double> x, y;
  for (const double n : {16, 32, 64, 128}) {
    x.push_back(n);
    y.push_back(7.0 * std::pow(n, -2.5));
  }
  const Rate exact = fit_rate(x, y);
  CHECK(exact.points == 4);
  CHECK(exact.slope == Approx(-2.5).epsilon(1e-12));
  CHECK(exact.standard_error == Approx(0.0).margin(1e-12));
}

TEST_CASE("The standard error of a slope", "[statistics]") {
  // log x = 0, 1, 2 and log y = 0, 1, 0: slope 0, residuals -1/3, 2/3, -1/3, so that the sum of
  // squares is 2/3, s^2 = 2/3 with one degree of freedom, and the error sqrt(2/3 / 2).
  const double e = std::numbers::e;
  const std::vector<double> x{1, e, e * e}, y{1, e, 1};
  const Rate rate = fit_rate(x, y);
  CHECK(rate.slope == Approx(0.0).margin(1e-15));
  CHECK(rate.standard_error == Approx(std::sqrt(1.0 / 3)).epsilon(1e-12));
}

TEST_CASE("Pairs that have no logarithm do not count", "[statistics]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<double> x{0, 1, 2, 4, 8, 16, 32};
  const std::vector<double> y{1, 1, 2, 0, kNaN, kInfinity, -1};
  const Rate rate = fit_rate(x, y);
  CHECK(rate.points == 2);
  CHECK(rate.slope == Approx(1.0).epsilon(1e-12));
  CHECK(std::isnan(rate.standard_error));

  const std::vector<double> one{3}, same{3, 3};
  CHECK(std::isnan(fit_rate(one, one).slope));
  CHECK(std::isnan(fit_rate({}, {}).slope));
  const std::vector<double> values{1, 2};
  CHECK(std::isnan(fit_rate(same, values).slope));  // a vertical line
  // Five logarithms of 240 have a mean that is not one of them.
  const std::vector<double> five(5, 240.0), heights{1.0, 2.0, 3.0, 4.0, 5.0};
  CHECK(std::isnan(fit_rate(five, heights).slope));
}

}  // namespace
}  // namespace laggard::metrics
