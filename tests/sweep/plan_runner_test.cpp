#include "sweep/plan_runner.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "experiment.hpp"

namespace laggard::sweep {
namespace {

using testing::MemoryStore;
using testing::plan_of;
using testing::run_in_process;
using testing::sweep_of;

constexpr const char* kSweep = R"({"data_points": 4, "trials": 2,
    "schemes": [{"kind": "bacc"}, {"kind": "uncoded"}],
    "sweep": {"/workers": [3, 8, 16], "/stragglers": [{"kind": "none"},
              {"kind": "random", "count": 9}]}})";

TEST_CASE("Points are numbered through the whole sweep, the last pointer fastest", "[sweep]") {
  Sweep sweep = sweep_of(kSweep);
  const auto points = sweep.points();
  REQUIRE(points.size() == 12);
  for (std::size_t i = 0; i < points.size(); ++i) {
    CAPTURE(i);
    CHECK(points[i].point == i);
    CHECK(points[i].scheme == (i % 2 == 0 ? "bacc" : "uncoded"));
    CHECK(points[i].stragglers == (i / 2 % 2 == 0 ? 0 : 9));
    const std::uint32_t workers[] = {3, 8, 16};
    CHECK(points[i].workers == workers[i / 4]);
    const bool impossible = points[i].workers < 4 || points[i].stragglers >= points[i].workers;
    CHECK(points[i].skipped.empty() != impossible);
    CHECK(config::Json::parse(points[i].parameters).at("/workers") == points[i].workers);
  }
  CHECK(count_trials(sweep.plan(), points) == 2 * (2 + 4));
}

TEST_CASE("Skipped points do not run", "[sweep]") {
  MemoryStore sink;
  run_in_process(kSweep, sink);
  std::set<std::uint32_t> points;
  for (const TrialRecord& record : sink.trials) points.insert(record.point);
  CHECK(points == std::set<std::uint32_t>{4, 5, 8, 9, 10, 11});
  CHECK(sink.trials.size() == 12);
}

TEST_CASE("The number of trials may be swept", "[sweep]") {
  Sweep sweep = sweep_of(R"({"schemes": [{"kind": "bacc"}], "sweep": {"/trials": [1, 5]}})");
  CHECK(count_trials(sweep.plan(), sweep.points()) == 6);
}

TEST_CASE("What the sink has is not run again", "[sweep]") {
  MemoryStore whole;
  run_in_process(kSweep, whole);

  MemoryStore partial;
  // A trial that has one of two schemes, one that has both, one that has none.
  partial.finished = {{4, 0}, {8, 0}, {9, 0}};
  int ran = 0, found = 0;
  run_in_process(kSweep, partial,
                 [&](TrialState state) { ++(state == TrialState::kRun ? ran : found); });
  CHECK(found == 3);
  CHECK(ran == 9);
  REQUIRE(partial.trials.size() == 9);
  for (const TrialRecord& record : partial.trials) {
    CHECK_FALSE(partial.finished.contains({record.point, record.trial}));
    const auto same =
        std::find_if(whole.trials.begin(), whole.trials.end(), [&](const TrialRecord& other) {
          return other.point == record.point && other.trial == record.trial;
        });
    REQUIRE(same != whole.trials.end());
    CHECK(same->mse == record.mse);
    CHECK(same->received == record.received);
  }
}

TEST_CASE("With everything there, nothing is computed", "[sweep]") {
  MemoryStore sink;
  for (std::uint32_t point = 0; point < 12; ++point)
    for (std::uint32_t trial = 0; trial < 2; ++trial) sink.finished.insert({point, trial});
  run_in_process(kSweep, sink);
  CHECK(sink.trials.empty());
  CHECK(sink.done == 0);
}

TEST_CASE("A sweep that goes wrong in its last combination is refused before it starts",
          "[sweep]") {
  Sweep sweep = sweep_of(R"({"sweep": {"/model/outputs": [["x1"], ["x2"]]}})");
  CHECK_THROWS_AS(sweep.points(), ConfigError);
  CHECK_THROWS_AS(plan_of(R"({"sweep": {"/workers": [16, 0]}})"), ConfigError);
}

TEST_CASE("Ranks that warm up have no function yet", "[sweep]") {
  int warm = 0;
  Kinds kinds = experiment::kinds();
  kinds.warm_up = [&] { ++warm; };
  CHECK(worker_factory(kinds, 1)(kWarmUpJob) == nullptr);
  CHECK(warm == 1);
}

}  // namespace
}  // namespace laggard::sweep
