#include "faults/delay.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "core/error.hpp"
#include "faults/make.hpp"

namespace laggard::faults {
namespace {

using namespace testing;
using Catch::Matchers::Contains;

TEST_CASE("Delays of every kind are finite, not negative and functions of the address", "[delay]") {
  for (const DelayKind& kind : delays()) {
    if (kind.name == "trace") continue;  // has no default file
    CAPTURE(kind.name);
    const auto delay = make_delay("{\"kind\": \"" + std::string(kind.name) + "\"}");
    std::vector<double> forward, backward;
    for (std::uint32_t i = 0; i < 400; ++i) {
      const Address at{1, i / 20, i % 20};
      forward.push_back(delay->sample(at));
      REQUIRE(std::isfinite(forward.back()));
      REQUIRE(forward.back() >= 0.0);
    }
    for (std::uint32_t i = 400; i-- > 0;) backward.push_back(delay->sample({1, i / 20, i % 20}));
    CHECK(std::equal(forward.begin(), forward.end(), backward.rbegin()));
    const std::set<double> distinct(forward.begin(), forward.end());
    if (!delay->needs_wall_clock()) CHECK(delay->constant() == (distinct.size() == 1));
  }
}

TEST_CASE("Delays without chance", "[delay]") {
  CHECK(make_delay(R"({"kind": "none"})")->sample({1, 2, 3}) == 0.0);
  const auto constant = make_delay(R"({"kind": "constant", "seconds": 0.25})");
  CHECK(constant->sample({1, 2, 3}) == 0.25);
  CHECK(constant->sample({9, 8, 7}) == 0.25);
  CHECK(constant->constant());
}

TEST_CASE("A drawn delay uses the stream of its address", "[delay]") {
  const auto delay = make_delay(R"({"kind": "shifted_exponential", "shift": 2, "mean": 3})");
  CHECK(delay->sample({0x0123456789abcdefULL, 4, 5}) == Approx(6.125586662677685).epsilon(1e-14));
  CHECK_FALSE(delay->constant());
  const double value = delay->sample({1, 2, 3});
  CHECK(delay->sample({2, 2, 3}) != value);
  CHECK(delay->sample({1, 3, 3}) != value);
  CHECK(delay->sample({1, 2, 4}) != value);
  CHECK(delay->sample({1, 2, 3, 0}) == value);
  CHECK(delay->sample({1, 2, 3, 1}) != value);
}

TEST_CASE("The mean of a delay is that of its samples", "[delay]") {
  const std::uint32_t trials = 40'000;
  for (const std::string json : {
           R"("kind": "none")",
           R"("kind": "constant", "seconds": 0.3)",
           R"("kind": "constant", "seconds": 0.3, "scaling": "work")",
           R"("kind": "shifted_exponential", "shift": 0.5, "mean": 2)",
           R"("kind": "pareto", "scale": 2, "shape": 4)",
           R"("kind": "weibull", "scale": 3, "shape": 0.7, "scaling": "work")",
           R"("kind": "lognormal", "median": 2, "sigma": 0.8)",
           R"("kind": "bimodal", "fast": 1, "slow": 9, "probability": 0.3)",
           R"("kind": "markov", "fast": 1, "slow": 9, "to_slow": 0.2, "to_fast": 0.6)",
           R"("kind": "shared", "sigma": 0.5, "delay": {"kind": "weibull", "shape": 2})",
           R"("kind": "groups", "sizes": [3], "delays": [{"kind": "none"},
              {"kind": "lognormal", "scaling": "work"}])",
       }) {
    CAPTURE(json);
    const auto delay = make_delay("{" + json + "}");
    for (const WorkerId worker : {2U, 3U}) {
      double sum = 0.0, squares = 0.0;
      for (std::uint32_t trial = 0; trial < trials; ++trial) {
        const double value = delay->sample_for({5, trial, worker}, 2.5);
        sum += value;
        squares += value * value;
      }
      const double mean = sum / trials;
      const double error = std::sqrt((squares / trials - mean * mean) / trials);
      CHECK(std::abs(delay->mean_for(worker, 2.5) - mean) <= 4.0 * error + 1e-9);
    }
  }
  for (const char* shape : {"0.5", "1"})
    CHECK(std::isinf(
        make_delay(R"({"kind": "pareto", "shape": )" + std::string(shape) + "}")->mean_for(0, 1)));
}

TEST_CASE("Parameters of delays are checked", "[delay]") {
  for (const char* json : {
           R"({"kind": "constant", "seconds": -1})",
           R"({"kind": "constant", "seconds": 2e9})",
           R"({"kind": "shifted_exponential", "shift": -0.1})",
           R"({"kind": "shifted_exponential", "mean": 0})",
           R"({"kind": "pareto", "scale": 0})",
           R"({"kind": "weibull", "scale": -1})",
           R"({"kind": "lognormal", "median": 0})",
           R"({"kind": "lognormal", "sigma": -1})",
           R"({"kind": "bimodal", "probability": 1.5})",
           R"({"kind": "bimodal", "fast": -1})",
           R"({"kind": "markov", "to_slow": -0.1})",
           R"({"kind": "markov", "to_fast": 1.1})",
           R"({"kind": "none", "seconds": 1})",
       }) {
    CAPTURE(json);
    CHECK_THROWS_AS(make_delay(json), ConfigError);
  }
  CHECK_THROWS_WITH(make_delay(R"({"kind": "exponential"})"), Contains("/delay/kind"));
}

}  // namespace
}  // namespace laggard::faults
