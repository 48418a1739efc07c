#include "faults/distributions.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "faults/make.hpp"
#include "statistics.hpp"

namespace laggard::faults {
namespace {

using namespace testing;

constexpr StreamAddress kAddress{0x0123456789abcdefULL, Purpose::kDelay, 4, 5};
constexpr std::size_t kCount = 40'000;

template <class Distribution>
std::vector<double> draw(const Distribution& distribution) {
  Stream stream({5, Purpose::kDelay, 0, 0});
  std::vector<double> values(kCount);
  for (double& value : values) value = distribution(stream);
  return values;
}

template <class Distribution>
void check_pinned(const Distribution& distribution, double expected, std::uint64_t draws) {
  Stream stream(kAddress);
  CHECK(distribution(stream) == Approx(expected).epsilon(1e-14));
  CHECK(stream.draws() == draws);
  distribution(stream);
  CHECK(stream.draws() == 2 * draws);
}

TEST_CASE("Pinned delays and draws", "[delay]") {
  check_pinned(ShiftedExponential({.shift = 2.0, .mean = 3.0}), 6.125586662677685, 1);
  check_pinned(Pareto({.scale = 2.0, .shape = 1.5}), 5.0025321623504295, 1);
  check_pinned(Weibull({.scale = 2.0, .shape = 0.5}), 3.782325624725334, 1);
  check_pinned(Lognormal({.median = 2.0, .sigma = 0.5}), 2.302846537163402, 2);
  check_pinned(Bimodal({.fast = 1.0, .slow = 9.0, .probability = 0.7472}), 1.0, 1);
  check_pinned(Bimodal({.fast = 1.0, .slow = 9.0, .probability = 0.7473}), 9.0, 1);
}

TEST_CASE("Shifted exponential delays follow their law", "[delay]") {
  const auto values = draw(ShiftedExponential({.shift = 2.0, .mean = 3.0}));
  CHECK(kolmogorov_smirnov(values, [](double x) {
          return x < 2.0 ? 0.0 : 1.0 - std::exp(-(x - 2.0) / 3.0);
        }) < 1.95);
  CHECK(standard_errors(values, 5.0) < 4.0);
  // The fourth central moment of an exponential is 9 mean^4.
  CHECK(std::abs(variance_of(values) - 9.0) < 4.0 * 9.0 * std::sqrt(8.0 / kCount));
}

TEST_CASE("Pareto delays follow their law", "[delay]") {
  const auto values = draw(Pareto({.scale = 2.0, .shape = 5.0}));
  CHECK(kolmogorov_smirnov(
            values, [](double x) { return x < 2.0 ? 0.0 : 1.0 - std::pow(2.0 / x, 5.0); }) < 1.95);
  CHECK(standard_errors(values, 2.0 * 5.0 / 4.0) < 4.0);
}

TEST_CASE("Weibull delays follow their law", "[delay]") {
  const double shape = GENERATE(0.7, 1.0, 3.0);
  CAPTURE(shape);
  const auto values = draw(Weibull({.scale = 2.0, .shape = shape}));
  CHECK(kolmogorov_smirnov(
            values, [&](double x) { return 1.0 - std::exp(-std::pow(x / 2.0, shape)); }) < 1.95);
  CHECK(standard_errors(values, 2.0 * std::tgamma(1.0 + 1.0 / shape)) < 4.0);
}

TEST_CASE("Lognormal delays follow their law", "[delay]") {
  const auto values = draw(Lognormal({.median = 2.0, .sigma = 0.5}));
  CHECK(kolmogorov_smirnov(values, [](double x) { return normal_cdf(std::log(x / 2.0) / 0.5); }) <
        1.95);
  CHECK(standard_errors(values, 2.0 * std::exp(0.125)) < 4.0);
}

TEST_CASE("Bimodal delays are one or the other", "[delay]") {
  const double probability = GENERATE(0.0, 0.1, 1.0);
  CAPTURE(probability);
  const auto values = draw(Bimodal({.fast = 1.0, .slow = 10.0, .probability = probability}));
  double slow = 0.0;
  for (const double value : values) {
    if (value != 1.0) REQUIRE(value == 10.0);
    slow += value == 10.0 ? 1.0 : 0.0;
  }
  const double n = kCount;
  const double error = std::sqrt(probability * (1.0 - probability) / n);
  CHECK(std::abs(slow / n - probability) <= 4.0 * error);
}

/// The delay at the smallest and the largest uniform, from the formulas.
TEST_CASE("The heaviest tails that may be configured stay finite", "[delay]") {
  const double least = 0x1.0p-53;
  CHECK(std::isfinite(1e9 * std::pow(least, -1.0 / 0.1)));
  CHECK(std::isfinite(1e9 * std::pow(-std::log(least), 1.0 / 0.05)));
  CHECK(std::isfinite(1e9 * std::exp(50.0 * std::sqrt(-2.0 * std::log(least)))));
  CHECK_NOTHROW(make_delay(R"({"kind": "pareto", "scale": 1e9, "shape": 0.1})"));
  CHECK_THROWS_AS(make_delay(R"({"kind": "pareto", "scale": 1e9, "shape": 0.09})"), ConfigError);
  CHECK_NOTHROW(make_delay(R"({"kind": "weibull", "scale": 1e9, "shape": 0.05})"));
  CHECK_THROWS_AS(make_delay(R"({"kind": "weibull", "shape": 0.049})"), ConfigError);
  CHECK_NOTHROW(make_delay(R"({"kind": "lognormal", "median": 1e9, "sigma": 50})"));
  CHECK_THROWS_AS(make_delay(R"({"kind": "lognormal", "sigma": 50.1})"), ConfigError);
}

}  // namespace
}  // namespace laggard::faults
