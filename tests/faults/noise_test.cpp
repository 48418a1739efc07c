#include "faults/noise.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "faults/make.hpp"
#include "statistics.hpp"

namespace laggard::faults {
namespace {

using namespace testing;

std::vector<double> noise_of(const Noise& noise, const Address& at, std::size_t count) {
  std::vector<double> values(count, 0.0);
  noise.apply(at, values);
  return values;
}

TEST_CASE("Results without noise stay as they are", "[noise]") {
  const auto none = make_noise(R"({"kind": "none"})");
  std::vector<double> values{1.0, -0.0, 1e300};
  const std::vector<double> before = values;
  none->apply({1, 2, 3}, values);
  CHECK(values == before);
  CHECK(none->sigma() == 0.0);
}

TEST_CASE("Pinned noise", "[noise]") {
  std::vector<double> values(3, 1.0);
  make_noise(R"({"kind": "gaussian", "sigma": 0.5})")->apply({1, 3, 2}, values);
  CHECK(values[0] == Approx(0.7268211767755404).epsilon(1e-14));
  CHECK(values[1] == Approx(1.2758973647949325).epsilon(1e-14));
  CHECK(values[2] == Approx(1.1637397574950765).epsilon(1e-14));
  values.assign(3, 1.0);
  make_noise(R"({"kind": "uniform", "width": 0.5})")->apply({1, 3, 2}, values);
  CHECK(values[0] == Approx(0.760286293476011).epsilon(1e-14));
  CHECK(values[1] == Approx(0.8742120113692609).epsilon(1e-14));
  CHECK(values[2] == Approx(0.8033488903447021).epsilon(1e-14));
}

TEST_CASE("Gaussian noise is normal with the given deviation", "[noise]") {
  const auto noise = make_noise(R"({"kind": "gaussian", "sigma": 0.25})");
  CHECK(noise->sigma() == 0.25);
  const auto values = noise_of(*noise, {1, 2, 3}, 40'000);
  CHECK(kolmogorov_smirnov(values, [](double x) { return normal_cdf(x / 0.25); }) < 1.95);
  CHECK(standard_errors(values, 0.0) < 4.0);
}

TEST_CASE("Long results have the numbers of one stream", "[noise]") {
  // Whatever the buffer in between: 1001 is odd and no multiple of anything near.
  const auto values = noise_of(*make_noise(R"({"kind": "gaussian", "sigma": 1})"), {1, 2, 3}, 1001);
  std::vector<double> expected(1001);
  Stream stream({1, Purpose::kNoise, 2, 3});
  fill_standard_normal(stream, expected);
  CHECK(values == expected);
}

TEST_CASE("Groups of workers have their own deviation, the same in every trial", "[noise]") {
  const auto noise =
      make_noise(R"({"kind": "groups", "shares": [3, 1, 0], "sigmas": [0.1, 2, 9]})");
  constexpr std::uint32_t kWorkers = 4000;
  const std::vector<double> sigmas = noise->sigmas(7, kWorkers);
  REQUIRE(sigmas.size() == kWorkers);
  const auto loud = std::count(sigmas.begin(), sigmas.end(), 2.0);
  CHECK(std::count(sigmas.begin(), sigmas.end(), 0.1) + loud == kWorkers);
  CHECK(std::abs(double(loud) - 1000.0) < 5.0 * std::sqrt(750.0));
  CHECK(noise->sigma() == Approx(std::sqrt(0.75 * 0.01 + 0.25 * 4.0)));
  const std::vector<double> fewer = noise->sigmas(7, 10);
  CHECK(std::equal(fewer.begin(), fewer.end(), sigmas.begin()));
  CHECK(noise->sigmas(8, kWorkers) != sigmas);
  for (const WorkerId worker : {0U, 1U, 2U, 3U, 4U, 5U})
    for (const std::uint32_t trial : {0U, 9U}) {
      std::vector<double> values(5, 0.0), expected(5);
      noise->apply({7, trial, worker}, values);
      Stream stream({7, Purpose::kNoise, trial, worker});
      fill_standard_normal(stream, expected);
      for (double& value : expected) value *= sigmas[worker];
      CHECK(values == expected);
    }
  CHECK(make_noise(R"({"kind": "gaussian"})")->sigmas(7, 10).empty());
}

TEST_CASE("Groups of noise that are none are refused", "[noise]") {
  CHECK_THROWS_WITH(
      make_noise(R"({"kind": "groups", "shares": [1]})"),
      Catch::Contains("/noise/shares has 1 numbers") && Catch::Contains("/noise/sigmas has 2"));
  CHECK_THROWS_WITH(make_noise(R"({"kind": "groups", "shares": [0, 0]})"),
                    Catch::Contains("/noise/shares add up to nothing"));
  CHECK_THROWS_WITH(make_noise(R"({"kind": "groups", "sigmas": [0, 1]})"),
                    Catch::Contains("/noise/sigmas"));
}

TEST_CASE("Uniform noise is uniform within its width", "[noise]") {
  const auto noise = make_noise(R"({"kind": "uniform", "width": 0.5})");
  CHECK(noise->sigma() == Approx(0.5 / std::sqrt(3.0)).epsilon(1e-15));
  const auto values = noise_of(*noise, {1, 2, 3}, 40'000);
  CHECK(kolmogorov_smirnov(values, [](double x) { return x + 0.5; }) < 1.95);
  CHECK(standard_errors(values, 0.0) < 4.0);
  CHECK(variance_of(values) == Approx(noise->sigma() * noise->sigma()).epsilon(0.02));
  for (const double value : values) REQUIRE(std::abs(value) <= 0.5);
}

TEST_CASE("Additive noise depends on the address alone", "[noise]") {
  for (const char* json : {R"({"kind": "gaussian"})", R"({"kind": "uniform"})"}) {
    CAPTURE(json);
    const auto noise = make_noise(json);
    const auto values = noise_of(*noise, {1, 2, 3}, 5);
    CHECK(noise_of(*noise, {1, 2, 3}, 5) == values);
    CHECK(noise_of(*noise, {2, 2, 3}, 5) != values);
    CHECK(noise_of(*noise, {1, 3, 3}, 5) != values);
    CHECK(noise_of(*noise, {1, 2, 4}, 5) != values);
    CHECK(noise_of(*noise, {1, 2, 3}, 0).empty());
  }
}

TEST_CASE("No width, no noise", "[noise]") {
  for (const char* json :
       {R"({"kind": "gaussian", "sigma": 0})", R"({"kind": "uniform", "width": 0})"}) {
    CHECK(noise_of(*make_noise(json), {1, 2, 3}, 3) == std::vector<double>(3, 0.0));
    CHECK(make_noise(json)->sigma() == 0.0);
  }
  CHECK_THROWS_AS(make_noise(R"({"kind": "gaussian", "sigma": -1})"), ConfigError);
  CHECK_THROWS_AS(make_noise(R"({"kind": "uniform", "width": -1})"), ConfigError);
}

}  // namespace
}  // namespace laggard::faults
