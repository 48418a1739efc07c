#include "faults/speeds.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "faults/make.hpp"
#include "statistics.hpp"

namespace laggard::faults {
namespace {

using namespace testing;
using Catch::Matchers::Contains;
using Factors = std::vector<double>;

TEST_CASE("Equal speeds are no factors at all", "[speeds]") {
  CHECK(make_speeds(R"({"kind": "equal"})")->factors(1, 7).empty());
}

TEST_CASE("Listed speeds are those of the first workers", "[speeds]") {
  const auto speeds = make_speeds(R"({"kind": "listed", "factors": [1, 2.5, 4]})");
  CHECK(speeds->factors(1, 3) == Factors{1, 2.5, 4});
  CHECK(speeds->factors(9, 2) == Factors{1, 2.5});
  CHECK(speeds->conflict(3).empty());
  CHECK(speeds->conflict(4) == "/speeds/factors has 3 factors for 4 workers");
}

TEST_CASE("Groups have their shares of the workers for any number of them", "[speeds]") {
  const auto speeds = make_speeds(R"json({"kind": "groups", "shares": [2, 1, 1],
                                          "factors": [1, 3, 9]})json");
  for (const std::uint32_t workers : {1U, 2U, 3U, 7U, 8U, 1001U}) {
    const Factors factors = speeds->factors(5, workers);
    REQUIRE(factors.size() == workers);
    const auto count = [&](double factor) {
      return static_cast<double>(std::count(factors.begin(), factors.end(), factor));
    };
    CHECK(count(1) + count(3) + count(9) == workers);
    CHECK(std::abs(count(1) - 0.5 * workers) <= 0.5);
    CHECK(std::abs(count(3) - 0.25 * workers) <= 1.0);
  }
}

TEST_CASE("Groups are dealt to the workers at random, once for a seed", "[speeds]") {
  const auto speeds = make_speeds(R"({"kind": "groups", "shares": [9, 1], "factors": [1, 5]})");
  CHECK(speeds->factors(3, 50) == speeds->factors(3, 50));
  CHECK(speeds->factors(3, 50) != speeds->factors(4, 50));
  std::vector<std::size_t> slow(10);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Factors factors = speeds->factors(seed, 10);
    ++slow[static_cast<std::size_t>(std::find(factors.begin(), factors.end(), 5.0) -
                                    factors.begin())];
  }
  CHECK(unevenness(slow) < 4.0);
}

TEST_CASE("Consecutive groups begin with the first workers", "[speeds]") {
  const auto speeds = make_speeds(
      R"({"kind": "groups", "shares": [0.25, 0.75], "factors": [5, 1],
                                      "placement": "consecutive"})");
  CHECK(speeds->factors(1, 4) == Factors{5, 1, 1, 1});
}

TEST_CASE("Groups that are spread have their shares of every run of neighbours", "[speeds]") {
  const auto speeds = make_speeds(R"({"kind": "groups", "shares": [0.7, 0.2, 0.1],
                                      "factors": [1, 4, 9], "placement": "spread"})");
  const Factors factors = speeds->factors(1, 200);
  for (std::ptrdiff_t first = 0; first < 190; ++first) {
    const auto count = [&](double factor) {
      return std::count(factors.begin() + first, factors.begin() + first + 10, factor);
    };
    CHECK(std::abs(count(1) - 7) <= 1);
    CHECK(std::abs(count(4) - 2) <= 1);
    CHECK(count(9) <= 2);
  }
  CHECK(std::count(factors.begin(), factors.end(), 1.0) == 140);
  CHECK(std::count(factors.begin(), factors.end(), 9.0) == 20);
  CHECK(speeds->factors(1, 3) == Factors{1, 4, 1});
}

TEST_CASE("Lognormal speeds follow their law and do not depend on N", "[speeds]") {
  const auto speeds = make_speeds(R"({"kind": "lognormal", "sigma": 0.4})");
  const Factors factors = speeds->factors(11, 20'000);
  const auto cdf = [](double x) { return normal_cdf(std::log(x) / 0.4); };
  CHECK(kolmogorov_smirnov(factors, cdf) < 1.95);
  const Factors fewer = speeds->factors(11, 100);
  CHECK(std::equal(fewer.begin(), fewer.end(), factors.begin()));
}

TEST_CASE("Parameters of speeds are checked", "[speeds]") {
  CHECK_THROWS_WITH(make_speeds(R"({"kind": "listed", "factors": []})"),
                    Contains("/speeds/factors is empty"));
  CHECK_THROWS_WITH(make_speeds(R"({"kind": "listed", "factors": [1, 0]})"),
                    Contains("/speeds/factors/1"));
  CHECK_THROWS_WITH(make_speeds(R"({"kind": "groups", "shares": [1], "factors": [1, 2]})"),
                    Contains("/speeds/shares has 1 numbers") && Contains("has 2"));
  CHECK_THROWS_WITH(make_speeds(R"({"kind": "groups", "shares": [0, 0], "factors": [1, 2]})"),
                    Contains("/speeds/shares add up to nothing"));
  CHECK_THROWS_WITH(make_speeds(R"({"kind": "lognormal", "sigma": -1})"),
                    Contains("/speeds/sigma"));
}

}  // namespace
}  // namespace laggard::faults
