// Tasks that are sent a second time.
#include <catch2/catch.hpp>
#include <numeric>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "experiment.hpp"
#include "experiment/catalogue.hpp"
#include "round/arrivals.hpp"
#include "round/wait.hpp"

namespace laggard::round {
namespace {

using testing::arrivals_of;
using testing::kNever;
using Workers = std::vector<WorkerId>;
using Catch::Matchers::Contains;

Arrivals with_again(std::vector<Seconds> delays, std::vector<Seconds> again_s) {
  Arrivals arrivals = arrivals_of(std::move(delays));
  arrivals.again_s = std::move(again_s);
  return arrivals;
}

std::vector<Seconds> trips(Seconds trip_s, std::uint32_t workers) {
  return std::vector<Seconds>(workers, trip_s);
}

TEST_CASE("Late tasks are sent again to the workers that are done first", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, 2, 2.5, 9, kNever}, {7, 7, 7, 4, 0.5});
  const Arrivals copied = with_copies({1.5}, arrivals, 5, trips(0.25, 5));
  CHECK(copied.delay_s[0] == 1.0);
  CHECK(copied.delay_s[2] == 2.5);
  // The median of five workers' answers is the third, at 2.5: copies leave at 3.75.
  CHECK(copied.delay_s[3] == 3.75 + 0.25 + 4.0);
  CHECK(copied.delay_s[4] == 3.75 + 0.25 + 0.5);
  CHECK(copied.order == Workers{0, 1, 2, 4, 3});
}

TEST_CASE("The trip of a copy is that of its task", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, 1, 1, kNever, kNever}, {9, 9, 9, 2, 2});
  const Arrivals copied = with_copies({1.0}, arrivals, 5, std::vector<Seconds>{0, 0, 0, 0.5, 4});
  CHECK(copied.delay_s[3] == 1.0 + 0.5 + 2.0);
  CHECK(copied.delay_s[4] == 1.0 + 4.0 + 2.0);
}

TEST_CASE("A worker computes one copy after the other", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, kNever, kNever}, {9, 2, 3});
  // Half of three workers are two.
  CHECK(with_copies({1.0}, arrivals, 3, trips(0.0, 3)).order == Workers{0});
  const Arrivals two = with_again({1, 1, kNever, kNever}, {9, 9, 2, 3});
  const Arrivals copied = with_copies({1.0}, two, 4, trips(0.0, 4));
  CHECK(copied.delay_s[2] == 3.0);
  CHECK(copied.delay_s[3] == 4.0);
  // Workers beyond the active ones are not there.
  const Arrivals one = with_again({1, kNever, 5}, {9, 2, 2});
  CHECK(with_copies({1.0}, one, 2, trips(0.0, 2)).delay_s[1] == 3.0);
}

TEST_CASE("A copy changes nothing if the first answer is sooner", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, 1, 1, 2}, {5, 5, 5, 5});
  const Arrivals copied = with_copies({1.5}, arrivals, 4, trips(0.0, 4));
  CHECK(copied.delay_s == arrivals.delay_s);
  CHECK(copied.order == arrivals.order);
}

TEST_CASE("Tasks of ranks that have failed are not sent again", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, 1, kNever, kNever}, {9, 9, 2, 3});
  const Arrivals copied = with_copies({1.0}, arrivals, 4, trips(0.0, 4), {3});
  CHECK(copied.delay_s[2] == 3.0);
  CHECK(copied.delay_s[3] == kNever);
}

TEST_CASE("No answer comes later, and none is lost, than without copies", "[wait][relaunch]") {
  Stream stream({2, Purpose::kData, 0, 0});
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t workers = 1 + uniform_index(stream, 40);
    std::vector<Seconds> delays(workers), again(workers);
    for (Seconds& delay : delays)
      delay = uniform01(stream) < 0.2 ? kNever : 1.0 / uniform01_open_low(stream);
    for (Seconds& delay : again) delay = uniform01(stream);
    const Arrivals arrivals = with_again(delays, again);
    const Arrivals copied = with_copies({1.2}, arrivals, workers, trips(0.1, workers));
    for (WorkerId worker = 0; worker < workers; ++worker)
      CHECK(copied.delay_s[worker] <= arrivals.delay_s[worker]);
    Workers sorted = copied.order;
    std::sort(sorted.begin(), sorted.end());
    CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
    if (arrivals.order.size() * 2 >= workers) CHECK(copied.order.size() == workers);
    for (std::size_t i = 1; i < copied.order.size(); ++i)
      CHECK(copied.delay_s[copied.order[i - 1]] <= copied.delay_s[copied.order[i]]);
  }
}

TEST_CASE("Uncoded workers whose late tasks are sent again lose nothing", "[wait][relaunch]") {
  testing::MemorySink plain, again;
  const auto config = [](const std::string& wait) {
    return R"({"data_points": 10, "workers": 10, "trials": 50, "schemes": [{"kind": "uncoded"}],
        "stragglers": {"kind": "random", "count": 2}, "wait": )" +
           wait + R"(, "output": {"workers": true},
        "delay": {"kind": "pareto", "scale": 0.1, "shape": 1.1}})";
  };
  testing::run_in_process(config(R"({"kind": "all"})"), plain);
  testing::run_in_process(config(R"({"kind": "relaunch", "factor": 2})"), again);
  REQUIRE(again.trials.size() == 50);
  double sooner = 0.0;
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(plain.trials[i].received == 8);
    CHECK(again.trials[i].received == 10);
    CHECK(again.trials[i].mse == 0.0);
    sooner += plain.trials[i].completion_s > again.trials[i].completion_s ? 1 : 0;
  }
  CHECK(sooner > 10);
  for (const WorkerRecord& row : again.workers) {
    CHECK(row.status == WorkerStatus::kUsed);
    CHECK(std::isfinite(row.arrival_s));
  }
}

TEST_CASE("The policy 'relaunch' is checked", "[wait][relaunch]") {
  const auto make = [](const std::string& json) {
    return config::make(waits(), config::read_component(config::parse(json, "the test"), "/wait",
                                                        experiment::catalogue(), "waits"));
  };
  CHECK(make(R"({"kind": "relaunch"})")->relaunch()->factor == 1.5);
  CHECK(make(R"({"kind": "relaunch", "then": {"kind": "fastest", "count": 9}})")->conflict(5) ==
        "it waits for 9 of 5 workers");
  CHECK(make(R"({"kind": "relaunch", "then": {"kind": "deadline", "seconds": 3}})")->deadline_s() ==
        3.0);
  CHECK_THROWS_WITH(make(R"({"kind": "relaunch", "factor": 0.5})"), Contains("/wait/factor"));
  CHECK_THROWS_WITH(make(R"({"kind": "relaunch", "then": {"kind": "relaunch"}})"),
                    Contains("/wait/then/kind is 'relaunch'"));
  CHECK_THROWS_WITH(make(R"({"kind": "any_of", "policies": [{"kind": "relaunch"}]})"),
                    Contains("/wait/policies/0/kind is 'relaunch'"));
  const auto setup = testing::setup_of(R"({"clock": "wall", "wait": {"kind": "relaunch"}})");
  CHECK(setup.points[0].record.skipped == "the wait policy 'relaunch' needs the virtual clock");
}

}  // namespace
}  // namespace laggard::round
