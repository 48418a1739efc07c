#include "faults/shared_delay.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "faults/make.hpp"
#include "statistics.hpp"

namespace laggard::faults {
namespace {

using namespace testing;
using Catch::Matchers::Contains;

TEST_CASE("All workers of a round share a lognormal factor", "[delay]") {
  const auto delay = make_delay(R"({"kind": "shared", "sigma": 0.4, "delay": {"kind": "pareto"}})");
  const auto alone = make_delay(R"({"kind": "pareto"})");
  std::vector<double> factors;
  for (std::uint32_t trial = 0; trial < 5000; ++trial) {
    const auto factor = [&](WorkerId worker, std::uint32_t step = 0) {
      const Address at{3, trial, worker, step};
      return delay->sample(at) / alone->sample(at);
    };
    factors.push_back(factor(0));
    CHECK(factor(7) == Approx(factors.back()));
    CHECK(factor(0, 1) != Approx(factors.back()));
  }
  CHECK(kolmogorov_smirnov(factors, [](double x) { return normal_cdf(std::log(x) / 0.4); }) < 1.95);
}

TEST_CASE("A shared factor leaves the scaling to the delay within", "[delay]") {
  const auto delay = make_delay(R"({"kind": "shared", "sigma": 0,
      "delay": {"kind": "constant", "seconds": 2, "scaling": "work"}})");
  CHECK(delay->sample_for({1, 0, 0}, 3.0) == 6.0);
  CHECK(delay->sample({1, 0, 0}) == 2.0);
}

TEST_CASE("The parts of a shared delay are checked", "[delay]") {
  CHECK_THROWS_WITH(make_delay(R"({"kind": "shared", "sigma": -1})"), Contains("/delay/sigma"));
  CHECK_THROWS_WITH(make_delay(R"({"kind": "shared", "delay": {"kind": "load"}})"),
                    Contains("/delay/delay/kind is 'load'"));
}

}  // namespace
}  // namespace laggard::faults
