#include "round/wait.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "experiment/catalogue.hpp"
#include "round/arrivals.hpp"

namespace laggard::round {
namespace {

using Workers = std::vector<WorkerId>;
using Catch::Matchers::Contains;

std::unique_ptr<WaitPolicy> policy_of(const std::string& json) {
  const config::Json value = config::parse(json, "the test");
  return config::make(waits(),
                      config::read_component(value, "/wait", experiment::catalogue(), "waits"));
}

/// `delays[i]` is that of worker `workers[i]`. Equal ones are taken in this order. `lost` more
/// workers never answer.
CutOff cut(const std::string& policy, const Workers& workers, const std::vector<Seconds>& delays,
           std::uint32_t lost = 0) {
  Arrivals arrivals;
  arrivals.order = workers;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    if (workers[i] >= arrivals.delay_s.size())
      arrivals.delay_s.resize(workers[i] + 1, std::numeric_limits<Seconds>::infinity());
    arrivals.delay_s[workers[i]] = delays[i];
  }
  std::stable_sort(arrivals.order.begin(), arrivals.order.end(), [&](WorkerId a, WorkerId b) {
    return arrivals.delay_s[a] < arrivals.delay_s[b];
  });
  const auto active = std::max(arrivals.delay_s.size(), workers.size() + lost);
  return cut_off(*policy_of(policy), arrivals, static_cast<std::uint32_t>(active));
}

TEST_CASE("'all' waits for everybody who will ever answer", "[wait]") {
  const auto result = cut(R"({"kind": "all"})", {4, 2, 7}, {0.5, 3.0, 1.0}, 5);
  CHECK(result.used == Workers{2, 4, 7});
  CHECK(result.time_s == 3.0);
}

TEST_CASE("'fastest' takes the first answers", "[wait]") {
  const std::string two = R"({"kind": "fastest", "count": 2})";
  SECTION("in order of arrival") {
    const auto result = cut(two, {0, 1, 2, 3}, {0.4, 0.1, 0.3, 0.2});
    CHECK(result.used == Workers{1, 3});
    CHECK(result.time_s == 0.2);
  }
  SECTION("ties go by the order of the workers, not by their number") {
    const auto result = cut(two, {3, 1, 2, 0}, {1, 1, 1, 1});
    CHECK(result.used == Workers{1, 3});
    CHECK(result.time_s == 1.0);
    CHECK(cut(two, {0, 9, 4, 8}, {2, 1, 1, 1}).used == Workers{4, 9});
  }
  SECTION("all of them if there are fewer") {
    const auto result = cut(two, {5}, {2.0}, 7);
    CHECK(result.used == Workers{5});
    CHECK(result.time_s == 2.0);
  }
  SECTION("exactly as many") {
    CHECK(cut(two, {5, 6}, {2.0, 4.0}).time_s == 4.0);
  }
}

TEST_CASE("'deadline' ends at its moment", "[wait]") {
  const std::string second = R"({"kind": "deadline", "seconds": 1})";
  SECTION("sooner only if nobody is missing") {
    CHECK(cut(second, {0, 1}, {0.25, 0.5}).time_s == 0.5);
    const auto with_lost = cut(second, {0, 1}, {0.25, 0.5}, 1);
    CHECK(with_lost.used == Workers{0, 1});
    CHECK(with_lost.time_s == 1.0);
  }
  SECTION("late answers are not used") {
    const auto result = cut(second, {0, 1, 2}, {0.5, 1.5, 0.75});
    CHECK(result.used == Workers{0, 2});
    CHECK(result.time_s == 1.0);
  }
  SECTION("an answer at the deadline is in time, also several") {
    const auto result = cut(second, {0, 1, 2}, {1.0, 1.0, 1.1});
    CHECK(result.used.size() >= 1);
    CHECK(result.used == Workers{0, 1});
    CHECK(result.time_s == 1.0);
  }
  SECTION("nobody in time") {
    const auto result = cut(second, {0, 1}, {2.0, 3.0});
    CHECK(result.used.empty());
    CHECK(result.time_s == 1.0);
  }
  SECTION("a deadline of 0 takes those who answer at once") {
    const std::string now = R"({"kind": "deadline", "seconds": 0})";
    CHECK(cut(now, {0, 1}, {0.0, 0.0}).used == Workers{0, 1});
    CHECK(cut(now, {0, 1}, {0.0, 0.1}).time_s == 0.0);
  }
}

TEST_CASE("Workers that a scheme does not use are neither waited for nor lost", "[wait]") {
  const Arrivals arrivals = testing::arrivals_of({3, testing::kNever, 1, 2, 0, testing::kNever});
  const auto used = [&](const std::string& policy, std::uint32_t active) {
    return cut_off(*policy_of(policy), arrivals, active).used;
  };
  CHECK(used(R"({"kind": "fastest", "count": 2})", 6) == Workers{2, 4});
  CHECK(used(R"({"kind": "fastest", "count": 2})", 4) == Workers{2, 3});
  CHECK(used(R"({"kind": "all"})", 3) == Workers{0, 2});
  const auto deadline = policy_of(R"({"kind": "deadline", "seconds": 9})");
  CHECK(cut_off(*deadline, arrivals, 1).time_s == 3.0);  // nobody is missing
  CHECK(cut_off(*deadline, arrivals, 2).time_s == 9.0);
}

TEST_CASE("More workers may be lost than a trial says", "[wait]") {
  const Arrivals arrivals = testing::arrivals_of({3, testing::kNever, 1, 2});
  const Arrivals fewer = without(arrivals, {1, 2});
  CHECK(fewer.order == Workers{3, 0});
  CHECK(fewer.delay_s == std::vector<Seconds>{3, testing::kNever, testing::kNever, 2});
}

TEST_CASE("Nobody answers", "[wait]") {
  CHECK(cut(R"({"kind": "all"})", {}, {}, 4).used.empty());
  CHECK(cut(R"({"kind": "all"})", {}, {}, 4).time_s == 0.0);
  CHECK(cut(R"({"kind": "fastest", "count": 2})", {}, {}, 4).time_s == 0.0);
  CHECK(cut(R"({"kind": "deadline", "seconds": 2})", {}, {}, 4).time_s == 2.0);
}

TEST_CASE("'any_of' ends with whichever policy is first", "[wait]") {
  const std::string either = R"({"kind": "any_of", "policies": [
      {"kind": "fastest", "count": 2}, {"kind": "deadline", "seconds": 1}]})";
  CHECK(cut(either, {0, 1, 2}, {0.1, 0.2, 0.3}).used == Workers{0, 1});
  CHECK(cut(either, {0, 1, 2}, {0.1, 0.2, 0.3}).time_s == 0.2);
  CHECK(cut(either, {0, 1, 2}, {0.1, 5.0, 6.0}).used == Workers{0});
  CHECK(cut(either, {0, 1, 2}, {0.1, 5.0, 6.0}).time_s == 1.0);
  // Fewer than `count` answer at all: 'fastest' is satisfied once nobody is coming.
  CHECK(cut(either, {0}, {0.1}, 2).time_s == 0.1);

  const std::string nested = R"({"kind": "any_of", "policies": [)" + either +
                             R"(, {"kind": "deadline", "seconds": 0.15}]})";
  CHECK(cut(nested, {0, 1, 2}, {0.1, 0.2, 0.3}).used == Workers{0});
  CHECK(cut(nested, {0, 1, 2}, {0.1, 0.2, 0.3}).time_s == 0.15);
  CHECK(policy_of(nested)->deadline_s({}) == 0.15);
}

TEST_CASE("Only a deadline ends by itself", "[wait]") {
  constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();
  CHECK(policy_of(R"({"kind": "all"})")->deadline_s({}) == kNever);
  CHECK(policy_of(R"({"kind": "fastest", "count": 3})")->deadline_s({}) == kNever);
  CHECK(policy_of(R"({"kind": "deadline", "seconds": 3})")->deadline_s({}) == 3.0);
}

TEST_CASE("Wait policies that make no sense are refused", "[wait]") {
  CHECK_THROWS_WITH(policy_of(R"({"kind": "fastest", "count": 0})"), Contains("/wait/count"));
  CHECK_THROWS_WITH(policy_of(R"({"kind": "fastest"})"), Contains("/wait/count is missing"));
  CHECK_THROWS_WITH(policy_of(R"({"kind": "deadline", "seconds": -1})"), Contains("/wait/seconds"));
  CHECK_THROWS_WITH(policy_of(R"({"kind": "any_of", "policies": []})"), Contains("/wait/policies"));
  CHECK(policy_of(R"({"kind": "any_of", "policies": [{"kind": "deadline"},
                     {"kind": "fastest", "count": 100}]})")
            ->conflict(64) == "it waits for 100 of 64 workers");
  CHECK_THROWS_WITH(policy_of(R"({"kind": "fastests"})"), Contains("did you mean 'fastest'?"));
  WaitAnyOf::Config none;
  none.policies.clear();
  CHECK_THROWS_AS(WaitAnyOf(none), ConfigError);
}

}  // namespace
}  // namespace laggard::round
