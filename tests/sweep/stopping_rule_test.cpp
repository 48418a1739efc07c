#include "sweep/stopping_rule.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "metrics/statistics.hpp"

namespace laggard::sweep {
namespace {

StoppingRule rule(double width, std::uint32_t least, std::uint32_t most) {
  config::Until until;
  until.relative_half_width = width;
  return StoppingRule({most, least, until});
}

std::vector<std::uint32_t> looks(const StoppingRule& rule) {
  std::vector<std::uint32_t> found{rule.first()};
  while (found.back() < rule.most()) found.push_back(rule.after(found.back()));
  return found;
}

TEST_CASE("The numbers of trials that are looked at grow by a quarter", "[until]") {
  using Numbers = std::vector<std::uint32_t>;
  CHECK(looks(rule(0.05, 30, 100)) == Numbers{30, 38, 48, 60, 75, 94, 100});
  CHECK(looks(rule(0.05, 2, 9)) == Numbers{2, 3, 4, 5, 7, 9});
  CHECK(looks(rule(0.05, 30, 20)) == Numbers{20});
  CHECK(looks(rule(0.05, 30, 30)) == Numbers{30});
  CHECK(looks(StoppingRule({17, 30, std::nullopt})) == Numbers{17});
  const Numbers long_one = looks(rule(0.05, 30, 4'000'000'000U));
  CHECK(long_one.size() < 100);
  CHECK(std::is_sorted(long_one.begin(), long_one.end()));
}

TEST_CASE("The half-width is that of the interval in /summary", "[until]") {
  Stream stream({1, Purpose::kData, 0, 0});
  std::vector<double> values(400);
  for (double& value : values) value = -5.0 + uniform01(stream);
  const metrics::Summary summary = metrics::summarise(values);
  CHECK(StoppingRule::relative_half_width(values) ==
        Approx((summary.ci_high - summary.ci_low) / 2.0 / -summary.mean).epsilon(1e-12));
  // A uniform number has the standard deviation 1 / sqrt(12).
  CHECK(StoppingRule::relative_half_width(values) ==
        Approx(1.96 / std::sqrt(12.0) / std::sqrt(400.0) / 4.5).epsilon(0.1));
}

TEST_CASE("A mean without spread is known, one that does not exist will never be", "[until]") {
  const StoppingRule strict = rule(1e-9, 2, 100);
  const auto width = [](std::vector<double> values) {
    return StoppingRule::relative_half_width(values);
  };
  CHECK(width({3.0, 3.0, 3.0}) == 0.0);
  CHECK(width({0.0, 0.0}) == 0.0);
  CHECK(strict.is_settled(0.0));
  CHECK(std::isinf(width({-1.0, 1.0})));
  CHECK(std::isinf(width({1.0})));
  CHECK_FALSE(strict.is_settled(width({-1.0, 1.0})));
  CHECK(std::isnan(width({1.0, kNaN, 1.0})));
  CHECK(std::isnan(width({1.0, std::numeric_limits<double>::infinity()})));
  CHECK(strict.is_settled(kNaN));
  CHECK(rule(0.05, 2, 100).is_settled(0.05));
  CHECK_FALSE(rule(0.05, 2, 100).is_settled(0.0501));
}

}  // namespace
}  // namespace laggard::sweep
