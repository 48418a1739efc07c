// Tasks that are sent a second time.
#include "round/relaunch.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "experiment.hpp"
#include "experiment/catalogue.hpp"
#include "round/arrivals.hpp"
#include "temporary.hpp"

namespace laggard::round {
namespace {

using testing::arrivals_of;
using testing::kNever;
using testing::TemporaryDirectory;
using Workers = std::vector<WorkerId>;
using Catch::Matchers::Contains;

Arrivals with_again(std::vector<Seconds> delays, std::vector<Seconds> again_s) {
  Arrivals arrivals = arrivals_of(std::move(delays));
  arrivals.copy_delay_s = [delays = std::move(again_s)](WorkerId task, WorkerId /*worker*/) {
    return delays.at(task);
  };
  return arrivals;
}

/// Where nothing but delays takes time.
Arrivals copied(double factor, const Arrivals& drawn, std::uint32_t active,
                const Workers& unreachable = {}) {
  return arrivals_with_copies({}, {factor}, {active}, drawn, nullptr, unreachable);
}

TEST_CASE("Late tasks are sent again to the workers that are done first", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, 2, 2.5, 9, kNever}, {7, 7, 7, 4, 0.5});
  const Arrivals found = copied(1.5, arrivals, 5);
  CHECK(found.delay_s[0] == 1.0);
  CHECK(found.delay_s[2] == 2.5);
  // The median of five workers' answers is the third, at 2.5: copies leave at 3.75.
  CHECK(found.delay_s[3] == 3.75 + 4.0);
  CHECK(found.delay_s[4] == 3.75 + 0.5);
  CHECK(found.order == Workers{0, 1, 2, 4, 3});
}

TEST_CASE("Nothing is sent again once the master has what it waited for", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, 1, 1, 10}, {1, 1, 1, 1});
  Backlog backlog{100.0, {}};
  const auto run = [&](Seconds until_s) {
    backlog.free_s.clear();
    return arrivals_with_copies({}, {1.5}, {4}, arrivals, &backlog, {}, until_s);
  };
  CHECK(run(kNever).delay_s[3] == 2.5);
  CHECK(backlog.free_s[0] == 102.5);  // busy with the copy
  CHECK(run(1.2).delay_s[3] == 10.0);
  CHECK(backlog.free_s == std::vector<Seconds>{101, 101, 101, 110});
  CHECK(run(1.5).delay_s[3] == 10.0);  // the copies would leave just then
}

TEST_CASE("A copy travels, and is computed by the worker that has it", "[wait][relaunch]") {
  TimeConfig config;
  config.latency_s = 0.25;
  config.bandwidth = 16.0;  // 8 bytes there: 0.5; 4 bytes back: 0.25
  config.compute_s = 2.0;
  const TimeModel model(config, {2.0, 1.0, 1.0, 8.0, 8.0});
  const std::vector<double> evaluations{1, 2, 4, 1, 3};
  const Arrivals drawn = with_again({0, 1, kNever, kNever, 0}, {9, 9, 0.5, 1, 9});
  const Arrivals found =
      arrivals_with_copies(model, {1.0}, {5, 8.0, 4.0, evaluations}, drawn, nullptr);
  const Seconds trips_s = 0.25 + 0.5 + 0.25 + 0.25;
  CHECK(found.delay_s[0] == trips_s + 2.0 * 2.0);
  CHECK(found.delay_s[1] == trips_s + 4.0 + 1.0);
  CHECK(found.delay_s[4] == trips_s + 3.0 * 2.0 * 8.0);
  // Half of five are three, so that copies leave with the last answer, at 49.25.
  CHECK(found.delay_s[2] == 49.25 + trips_s + 4.0 * 2.0 * 2.0 + 0.5);
  CHECK(found.delay_s[3] == 49.25 + trips_s + 1.0 * 2.0 * 1.0 + 1.0);
}

TEST_CASE("A worker computes one copy after the other", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, kNever, kNever}, {9, 2, 3});
  // Half of three workers are two.
  CHECK(copied(1.0, arrivals, 3).order == Workers{0});
  const Arrivals two = with_again({1, 1, kNever, kNever, kNever}, {9, 9, 2, 3, 1});
  const Arrivals found = copied(1.0, two, 4);
  CHECK(found.delay_s[2] == 3.0);
  CHECK(found.delay_s[3] == 4.0);
  // The first worker that is done with a copy takes the next one.
  const Arrivals three = with_again({1, 1, 1, kNever, kNever, kNever}, {9, 9, 9, 2, 3, 1});
  CHECK(copied(2.0, three, 6).delay_s == std::vector<Seconds>{1, 1, 1, 4, 5, 3});
  // Workers beyond the active ones are not there.
  const Arrivals one = with_again({1, kNever, 5}, {9, 2, 2});
  CHECK(copied(1.0, one, 2).delay_s[1] == 3.0);
}

TEST_CASE("A copy changes nothing if the first answer is sooner", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, 1, 1, 2}, {5, 5, 5, 5});
  const Arrivals found = copied(1.5, arrivals, 4);
  CHECK(found.delay_s == arrivals.delay_s);
  CHECK(found.order == arrivals.order);
}

TEST_CASE("Tasks of ranks that have failed are not sent again", "[wait][relaunch]") {
  const Arrivals arrivals = with_again({1, 1, kNever, kNever}, {9, 9, 2, 3});
  const Arrivals found = copied(1.0, arrivals, 4, {3});
  CHECK(found.delay_s[2] == 3.0);
  CHECK(found.delay_s[3] == kNever);
}

TEST_CASE(
    "A round with copies that is bound by the master's link takes all bytes over the bandwidth",
    "[wait][relaunch][time]") {
  TimeConfig config;
  config.master_bandwidth = 1000.0;
  const TimeModel model(config, {});
  const std::uint32_t half = 50, workers = 2 * half;
  std::vector<Seconds> delays(workers, 0.0);
  for (WorkerId worker = half; worker < workers; ++worker) delays[worker] = kNever;
  const Arrivals drawn = with_again(delays, std::vector<Seconds>(workers, 0.0));
  const Arrivals found = arrivals_with_copies(model, {1.0}, {workers, 64.0, 16.0}, drawn, nullptr);
  // N messages, N / 2 answers, of which the last is the median; then N / 2 copies and answers.
  const Seconds median_s = (workers * 64.0 + half * 16.0) / 1000.0;
  CHECK(found.order.size() == workers);
  CHECK(found.delay_s[half - 1] == Approx(median_s).epsilon(1e-12));
  CHECK(found.delay_s[found.order.back()] ==
        Approx(median_s + half * (64.0 + 16.0) / 1000.0).epsilon(1e-12));
  // The first copy's answer waits until all copies have left.
  CHECK(found.delay_s[half] == Approx(median_s + (half * 64.0 + 16.0) / 1000.0).epsilon(1e-12));
}

TEST_CASE("Copies hold up the answers behind them on the link", "[wait][relaunch][time]") {
  TimeConfig config;
  config.master_bandwidth = 8.0;  // 1 s for a message of 8 bytes, 0.5 s for an answer of 4
  const TimeModel model(config, {});
  const Arrivals drawn = with_again({0, 0, kNever, 3.2}, {9, 9, 0.25, 9});
  const Arrivals found = arrivals_with_copies(model, {1.0}, {4, 8.0, 4.0}, drawn, nullptr);
  // Messages leave until 4; two answers pass until 5, which is the median. The copies of 2 and 3
  // leave until 6 and 7. Worker 3 has its message at 4 and asks for the link at 7.2; the copy of 2
  // is computed at 6.25, and passes as soon as the link is free.
  CHECK(found.delay_s[0] == 4.5);
  CHECK(found.delay_s[1] == 5.0);
  CHECK(found.delay_s[2] == 7.5);
  CHECK(found.delay_s[3] == 8.0);
}

TEST_CASE("A worker with a copy is busy in the next round", "[wait][relaunch][time]") {
  TimeConfig config;
  config.busy = true;
  config.latency_s = 0.5;
  const TimeModel model(config, {});
  Backlog backlog{100.0};
  const Arrivals drawn = with_again({1, 2, 7, kNever}, {9, 9, 3, 4});
  const Arrivals found = arrivals_with_copies(model, {2.0}, {4}, drawn, &backlog);
  // The median is the second answer, at 3: copies are sent at 6, of task 2 to worker 0 and of 3 to
  // 1. Worker 2 goes on with its own.
  CHECK(found.delay_s == std::vector<Seconds>{2, 3, 8, 6 + 0.5 + 4 + 0.5});
  CHECK(backlog.free_s == std::vector<Seconds>{100 + 9.5, 100 + 10.5, 100 + 7.5, 0});
  // In the next round, which begins at 110, worker 1 is late by 0.5 less what its message takes.
  backlog.now_s = 110.0;
  const Arrivals next = model.arrivals({4}, arrivals_of({1, 1, 1, kNever}), &backlog);
  CHECK(next.delay_s[0] == 2.0);
  CHECK(next.delay_s[1] == 2.0);
  backlog.free_s[1] = 113.0;
  CHECK(model.arrivals({4}, arrivals_of({1, 1, 1, kNever}), &backlog).delay_s[1] == 3 + 1 + 0.5);
}

/// The times by a rule instead of events, where only delays take time: the copies of the missing
/// tasks, one after the other, each at the worker that is free first.
std::vector<Seconds> by_rule(double factor, const Arrivals& drawn) {
  const auto workers = static_cast<std::uint32_t>(drawn.delay_s.size());
  std::vector<Seconds> result = drawn.delay_s;
  const std::size_t half = (workers + 1) / 2;
  if (drawn.order.size() < half) return result;
  const Seconds at_s = factor * drawn.delay_s[drawn.order[half - 1]];
  std::vector<std::pair<Seconds, WorkerId>> free;
  for (const WorkerId worker : drawn.order)
    free.emplace_back(std::max(at_s, drawn.delay_s[worker]), worker);
  for (WorkerId task = 0; task < workers; ++task) {
    const auto first = std::min_element(free.begin(), free.end());
    if (drawn.delay_s[task] <= first->first) continue;
    first->first += drawn.copy_delay_s(task, first->second);
    result[task] = std::min(result[task], first->first);
  }
  return result;
}

TEST_CASE("No answer comes later, and none is lost, than without copies", "[wait][relaunch]") {
  Stream stream({2, Purpose::kData, 0, 0});
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t workers = 1 + uniform_index(stream, 40);
    std::vector<Seconds> delays(workers), again(workers);
    for (Seconds& delay : delays)
      delay = uniform01(stream) < 0.2 ? kNever : 1.0 / uniform01_open_low(stream);
    for (Seconds& delay : again) delay = uniform01(stream);
    Arrivals arrivals = arrivals_of(delays);
    arrivals.copy_delay_s = [&](WorkerId task, WorkerId worker) {
      return again[task] * (1 + worker % 3);
    };
    const Arrivals found = copied(1.2, arrivals, workers);
    CHECK(found.delay_s == by_rule(1.2, arrivals));
    for (WorkerId worker = 0; worker < workers; ++worker)
      CHECK(found.delay_s[worker] <= arrivals.delay_s[worker]);
    Workers sorted = found.order;
    std::sort(sorted.begin(), sorted.end());
    CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
    if (arrivals.order.size() * 2 >= workers) CHECK(found.order.size() == workers);
    for (std::size_t i = 1; i < found.order.size(); ++i)
      CHECK(found.delay_s[found.order[i - 1]] <= found.delay_s[found.order[i]]);
  }
}

TEST_CASE("Uncoded workers whose late tasks are sent again lose nothing", "[wait][relaunch]") {
  testing::MemoryStore plain, again;
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

TEST_CASE("A task of a slow worker is done in time by a fast one", "[wait][relaunch]") {
  const TemporaryDirectory directory;
  std::string trace;
  for (int worker = 0; worker < 8; ++worker)
    trace += std::to_string(worker) + ",0," + (worker == 0 ? "10" : "0.1") + "\n";
  const std::string file = directory.write("trace.csv", trace).string();
  // The median of the answers is 0.1, copies leave at 0.15, and a fast worker needs 0.1.
  const std::string faults =
      GENERATE_COPY(R"("delay": {"kind": "trace", "file": ")" + file + R"("})",
                    std::string(R"("delay": {"kind": "groups", "sizes": [8], "delays": [
          {"kind": "constant", "seconds": 0.1}, {"kind": "constant", "seconds": 5}]},
          "stragglers": {"kind": "listed", "workers": [0]})"));
  testing::MemoryStore sink;
  testing::run_in_process(R"({"workers": 10, "data_points": 8, "trials": 1, "schemes": [
      {"kind": "uncoded"}], "wait": {"kind": "relaunch", "factor": 1.5}, )" +
                              faults + "}",
                          sink);
  REQUIRE(sink.trials.size() == 1);
  CHECK(sink.trials[0].received == 8);
  CHECK(sink.trials[0].completion_s == Approx(0.25));
}

TEST_CASE("The policy 'relaunch' is checked", "[wait][relaunch]") {
  const auto make = [](const std::string& json) {
    return config::make(waits(), config::read_component(config::parse(json, "the test"), "/wait",
                                                        experiment::catalogue(), "waits"));
  };
  CHECK(make(R"({"kind": "relaunch"})")->relaunch()->factor == 1.5);
  CHECK(make(R"({"kind": "relaunch", "then": {"kind": "fastest", "count": 9}})")->conflict(5) ==
        "it waits for 9 of 5 workers");
  CHECK(
      make(R"({"kind": "relaunch", "then": {"kind": "deadline", "seconds": 3}})")->deadline_s({}) ==
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
