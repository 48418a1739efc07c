#include "faults/stragglers.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "core/error.hpp"
#include "faults/make.hpp"
#include "statistics.hpp"

namespace laggard::faults {
namespace {

using namespace testing;
using Catch::Matchers::Contains;
using Ids = std::vector<WorkerId>;

std::map<Ids, std::size_t> count_choices(const Stragglers& stragglers, std::uint32_t count,
                                         std::uint32_t trials) {
  std::map<Ids, std::size_t> seen;
  for (std::uint32_t trial = 0; trial < trials; ++trial)
    ++seen[stragglers.select({5, trial}, count)];
  return seen;
}

void check_uniform(const std::map<Ids, std::size_t>& seen, std::size_t choices) {
  REQUIRE(seen.size() == choices);
  std::vector<std::size_t> counts;
  for (const auto& [ids, count] : seen) counts.push_back(count);
  CHECK(unevenness(counts) < 4.0);
}

TEST_CASE("A worker is lost as often as its probability says", "[stragglers]") {
  constexpr std::uint32_t kWorkers = 9, kTrials = 20000;
  for (const char* json :
       {R"({"kind": "none"})", R"({"kind": "random", "count": 4})",
        R"({"kind": "bernoulli", "probability": 0.3})", R"({"kind": "consecutive", "count": 3})",
        R"({"kind": "consecutive", "count": 7})",
        R"({"kind": "consecutive", "count": 4, "start": "center"})",
        R"({"kind": "consecutive", "count": 2, "start": "first"})",
        R"({"kind": "listed", "workers": [7, 0]})",
        R"({"kind": "periodic", "period": 4, "workers": [0, 3]})",
        R"({"kind": "consecutive", "count": 3, "persistent": true})"}) {
    CAPTURE(json);
    const auto stragglers = make_stragglers(json);
    std::vector<double> lost(kWorkers, 0.0);
    for (const auto& [ids, count] : count_choices(*stragglers, kWorkers, kTrials))
      for (const WorkerId worker : ids) lost[worker] += static_cast<double>(count);
    double mean = 0.0;
    for (WorkerId worker = 0; worker < kWorkers; ++worker) {
      CAPTURE(worker);
      const double p = stragglers->loss_probability(worker, kWorkers);
      CHECK(lost[worker] / kTrials == Approx(p).margin(5.0 * std::sqrt(p * (1.0 - p) / kTrials)));
      mean += p;
    }
    CHECK(mean == Approx(stragglers->mean(kWorkers)));
  }
}

TEST_CASE("Every choice of stragglers is ascending and repeatable", "[stragglers]") {
  for (const char* json : {
           R"({"kind": "none"})",
           R"({"kind": "random", "count": 7})",
           R"({"kind": "random", "count": 99})",
           R"({"kind": "bernoulli", "probability": 0.3})",
           R"({"kind": "consecutive", "count": 9})",
           R"({"kind": "listed", "workers": [99, 0, 50]})",
           R"({"kind": "worst", "count": 7})",
       }) {
    CAPTURE(json);
    const auto stragglers = make_stragglers(json);
    CHECK(stragglers->conflict(100).empty());
    for (std::uint32_t trial = 0; trial < 50; ++trial) {
      const Ids lost = stragglers->select({1, trial}, 100);
      for (std::size_t i = 1; i < lost.size(); ++i) REQUIRE(lost[i - 1] < lost[i]);
      if (!lost.empty()) REQUIRE(lost.back() < 100);
      REQUIRE(stragglers->select({1, trial}, 100) == lost);
    }
  }
}

TEST_CASE("Without a scheme the worst losses are random ones", "[stragglers]") {
  const auto worst = make_stragglers(R"({"kind": "worst", "count": 7})");
  const auto random = make_stragglers(R"({"kind": "random", "count": 7})");
  CHECK(worst->knows_scheme());
  CHECK_FALSE(random->knows_scheme());
  CHECK(make_stragglers(R"({"kind": "worst", "persistent": true})")->knows_scheme());
  CHECK(worst->select({1, 4}, 100) == random->select({1, 4}, 100));
  CHECK(worst->expected(100) == 7);
  CHECK(worst->conflict(7) == random->conflict(7));
  CHECK_FALSE(worst->conflict(7).empty());
}

TEST_CASE("Nobody is lost", "[stragglers]") {
  const auto none = make_stragglers(R"({"kind": "none"})");
  CHECK(none->select({1, 2}, 3).empty());
  CHECK(none->expected(100) == 0);
  CHECK(none->conflict(1).empty());
}

TEST_CASE("Random stragglers are every set of their size equally often", "[stragglers]") {
  const auto two = make_stragglers(R"({"kind": "random", "count": 2})");
  check_uniform(count_choices(*two, 6, 15'000), 15);
  CHECK(two->expected(6) == 2);
  const auto none = make_stragglers(R"({"kind": "random", "count": 0})");
  CHECK(none->select({1, 2}, 5).empty());
}

TEST_CASE("Pinned stragglers", "[stragglers]") {
  CHECK(make_stragglers(R"({"kind": "random", "count": 4})")->select({1, 3}, 10) ==
        Ids{0, 2, 4, 5});
  CHECK(make_stragglers(R"({"kind": "bernoulli", "probability": 0.3})")->select({1, 3}, 10) ==
        Ids{1, 9});
  CHECK(make_stragglers(R"({"kind": "consecutive", "count": 3})")->select({1, 3}, 10) ==
        Ids{3, 4, 5});
}

TEST_CASE("More random stragglers include the fewer ones", "[stragglers]") {
  const auto few = make_stragglers(R"({"kind": "random", "count": 3})");
  const auto many = make_stragglers(R"({"kind": "random", "count": 8})");
  for (std::uint32_t trial = 0; trial < 50; ++trial) {
    const Ids inner = few->select({1, trial}, 40);
    const Ids outer = many->select({1, trial}, 40);
    CHECK(std::includes(outer.begin(), outer.end(), inner.begin(), inner.end()));
  }
}

TEST_CASE("Bernoulli stragglers are independent with the given probability", "[stragglers]") {
  const auto stragglers = make_stragglers(R"({"kind": "bernoulli", "probability": 0.3})");
  std::vector<double> counts, products;
  std::vector<std::size_t> per_worker(50, 0);
  for (std::uint32_t trial = 0; trial < 4000; ++trial) {
    const Ids lost = stragglers->select({2, trial}, 50);
    counts.push_back(static_cast<double>(lost.size()));
    for (const WorkerId worker : lost) ++per_worker[worker];
  }
  CHECK(standard_errors(counts, 15.0) < 4.0);
  // Independent workers: the variance is binomial; its own standard error is about sqrt(2 / n).
  const double variance = 50 * 0.3 * 0.7;
  CHECK(std::abs(variance_of(counts) - variance) < 4.0 * variance * std::sqrt(2.0 / 4000));
  CHECK(unevenness(per_worker) < 4.0);
  CHECK(stragglers->expected(50) == 15);
  CHECK(stragglers->expected(5) == 2);
  CHECK(stragglers->expected(1) == 0);
}

TEST_CASE("Bernoulli at the ends of its range", "[stragglers]") {
  CHECK(make_stragglers(R"({"kind": "bernoulli", "probability": 0})")->select({1, 1}, 100).empty());
  const auto all = make_stragglers(R"({"kind": "bernoulli", "probability": 1})");
  CHECK(all->select({1, 1}, 100).size() == 100);
  CHECK_THAT(all->conflict(100), Contains("leave nobody"));
  CHECK_THROWS_AS(make_stragglers(R"({"kind": "bernoulli", "probability": 1.1})"), ConfigError);
}

TEST_CASE("Fewer workers do not change who of them is lost by Bernoulli", "[stragglers]") {
  const auto stragglers = make_stragglers(R"({"kind": "bernoulli", "probability": 0.3})");
  const Ids many = stragglers->select({1, 1}, 100);
  const Ids few = stragglers->select({1, 1}, 40);
  REQUIRE(few.size() < many.size());
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  CHECK(many[few.size()] >= 40);
}

TEST_CASE("Consecutive stragglers are a run without wrap-around", "[stragglers]") {
  const auto random = make_stragglers(R"({"kind": "consecutive", "count": 3})");
  const auto seen = count_choices(*random, 7, 10'000);
  check_uniform(seen, 5);
  for (const auto& [ids, times] : seen) CHECK(ids == Ids{ids[0], ids[0] + 1, ids[0] + 2});
  const auto center = make_stragglers(R"({"kind": "consecutive", "count": 3, "start": "center"})");
  CHECK(center->select({1, 1}, 7) == Ids{2, 3, 4});
  CHECK(center->select({9, 9}, 8) == Ids{2, 3, 4});
  CHECK(center->select({1, 1}, 4) == Ids{0, 1, 2});
  const auto first = make_stragglers(R"({"kind": "consecutive", "count": 2, "start": "first"})");
  CHECK(first->select({1, 1}, 7) == Ids{0, 1});
  CHECK(first->expected(7) == 2);
  CHECK_THROWS_WITH(make_stragglers(R"({"kind": "consecutive", "start": "centre"})"),
                    Contains("did you mean 'center'?"));
}

TEST_CASE("Listed stragglers are those listed", "[stragglers]") {
  const auto listed = make_stragglers(R"({"kind": "listed", "workers": [7, 3]})");
  CHECK(listed->select({1, 1}, 8) == Ids{3, 7});
  CHECK(listed->expected(8) == 2);
  CHECK(listed->conflict(8).empty());
  CHECK_THAT(listed->conflict(7), Contains("no worker 7 among 7"));
  CHECK(make_stragglers(R"({"kind": "listed"})")->select({1, 1}, 8).empty());
  CHECK_THROWS_AS(make_stragglers(R"({"kind": "listed", "workers": [1, 3, 1]})"), ConfigError);
  CHECK_THROWS_WITH(make_stragglers(R"({"kind": "listed", "workers": [1, 3, 1]})"),
                    Contains("/stragglers/workers lists 1 twice"));
}

TEST_CASE("Periodic stragglers are the same of every group", "[stragglers]") {
  const auto periodic = make_stragglers(R"({"kind": "periodic", "period": 3, "workers": [2, 0]})");
  CHECK(periodic->select({1, 1}, 9) == Ids{0, 2, 3, 5, 6, 8});
  CHECK(periodic->select({5, 6}, 7) == Ids{0, 2, 3, 5, 6});
  for (const std::uint32_t count : {1U, 2U, 3U, 7U, 8U, 9U})
    CHECK(periodic->expected(count) == periodic->select({1, 1}, count).size());
  CHECK(periodic->conflict(2).empty());
  CHECK(periodic->conflict(1) == "1 stragglers of 1 workers leave nobody");
  CHECK_THROWS_WITH(make_stragglers(R"({"kind": "periodic", "period": 3, "workers": [3]})"),
                    Contains("/stragglers/workers lists 3 (positions are below"));
  CHECK_THROWS_WITH(make_stragglers(R"({"kind": "periodic", "workers": [1, 1]})"),
                    Contains("lists 1 twice"));
}

TEST_CASE("Somebody has to be left", "[stragglers]") {
  for (const char* json :
       {R"({"kind": "random", "count": 4})", R"({"kind": "consecutive", "count": 4})",
        R"({"kind": "listed", "workers": [0, 1, 2, 3]})"}) {
    CAPTURE(json);
    const auto stragglers = make_stragglers(json);
    CHECK(stragglers->conflict(5).empty());
    CHECK(stragglers->select({1, 1}, 5).size() == 4);
    CHECK(stragglers->conflict(4) == "4 stragglers of 4 workers leave nobody");
    CHECK_FALSE(stragglers->conflict(3).empty());
  }
}

TEST_CASE("Stragglers depend on seed and trial", "[stragglers]") {
  const auto stragglers = make_stragglers(R"({"kind": "random", "count": 10})");
  CHECK(stragglers->select({1, 1}, 100'000) != stragglers->select({2, 1}, 100'000));
  CHECK(stragglers->select({1, 1}, 100'000) != stragglers->select({1, 2}, 100'000));
  CHECK(stragglers->select({1, 1, 0}, 100'000) != stragglers->select({1, 1, 1}, 100'000));
}

}  // namespace
}  // namespace laggard::faults
