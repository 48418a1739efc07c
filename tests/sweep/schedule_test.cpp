#include "sweep/schedule.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "experiment.hpp"
#include "metrics/statistics.hpp"
#include "sweep/jobs.hpp"

namespace laggard::sweep {
namespace {

using Catch::Matchers::Contains;
using testing::MemoryStore;
using testing::run_in_process;
using testing::sweep_of;
using Numbers = std::vector<std::uint32_t>;

std::string config(const std::string& trials, const std::string& more = "") {
  return R"({"data_points": 4, "schemes": [{"kind": "bacc"}, {"kind": "uncoded"}], "trials": )" +
         trials + more + "}";
}

/// A schedule that gets rows by hand.
struct Desk {
  explicit Desk(const std::string& json)
      : sweep(sweep_of(json)), points(sweep.points()), schedule(sweep.plan(), points, sink) {}

  void finish(std::uint32_t point, std::uint32_t trial, double mse) {
    TrialRecord row;
    row.point = point;
    row.trial = trial;
    row.mse = mse;
    schedule.add_row(row);
  }

  MemoryStore sink;
  Sweep sweep;
  std::vector<PointRecord> points;
  Schedule schedule;
};

TEST_CASE("A fixed number of trials is wanted from the beginning", "[until]") {
  Desk desk(config("5", R"(, "sweep": {"/workers": [3, 8, 16], "/trials": [5, 2]})"));
  CHECK(desk.schedule.wanted() == Numbers{0, 0, 5, 2, 5, 2});  // N = 3 < K runs nothing
  CHECK(desk.schedule.most() == 2 * (5 + 2 + 5 + 2));
  CHECK_FALSE(desk.schedule.is_adaptive());
  desk.finish(4, 0, 1.0);
  CHECK(desk.schedule.wanted() == Numbers{0, 0, 5, 2, 5, 2});
  CHECK(desk.sink.trials.size() == 1);
}

TEST_CASE("A combination ends when all its points are known", "[until]") {
  Desk desk(config(R"({"until": {"relative_half_width": 0.1}, "at_least": 4, "at_most": 8})",
                   R"(, "sweep": {"/workers": [8, 16]})"));
  const Schedule& schedule = desk.schedule;
  CHECK(schedule.is_adaptive());
  CHECK(schedule.wanted() == Numbers{4, 4});
  CHECK(schedule.most() == 4 * 8);
  for (std::uint32_t trial = 0; trial < 4; ++trial) {
    desk.finish(0, trial, 1.0);
    desk.finish(2, trial, 1.0);
    CHECK(schedule.wanted() == Numbers{4, 4});
  }
  for (const std::uint32_t trial : {3U, 1U, 2U}) desk.finish(1, trial, 2.0);
  CHECK(schedule.wanted() == Numbers{4, 4});
  SECTION("both are: the other combination goes on") {
    desk.finish(1, 0, 2.0);
    CHECK(schedule.wanted() == Numbers{4, 4});
    CHECK(schedule.most() == 2 * 4 + 2 * 8);
    CHECK(schedule.raises() == 2);
  }
  SECTION("one is not") {
    desk.finish(1, 0, 200.0);
    CHECK(schedule.wanted() == Numbers{5, 4});
    CHECK(schedule.raises() == 3);
    desk.finish(0, 4, 1.0);
    desk.finish(1, 4, 2.0);
    CHECK(schedule.wanted() == Numbers{7, 4});
    for (std::uint32_t trial = 5; trial < 7; ++trial)
      for (std::uint32_t point = 0; point < 2; ++point) desk.finish(point, trial, 1.0 + point);
    CHECK(schedule.wanted() == Numbers{8, 4});
    CHECK(schedule.remarks().empty());
    desk.finish(0, 7, 1.0);
    desk.finish(1, 7, 2.0);
    CHECK(schedule.wanted() == Numbers{8, 4});
    REQUIRE(schedule.remarks().size() == 1);
    CHECK_THAT(schedule.remarks()[0],
               Contains("1 points reached /trials/at_most") && Contains("point 1 (uncoded"));
  }
  SECTION("one has no mean, which more trials cannot change") {
    desk.finish(1, 0, kNaN);
    CHECK(schedule.wanted() == Numbers{4, 4});
    CHECK(schedule.most() == 2 * 4 + 2 * 8);
    REQUIRE(schedule.remarks().size() == 1);
    CHECK_THAT(schedule.remarks()[0],
               Contains("point 1 (uncoded") && Contains("'mse'") && Contains("there is no mean"));
  }
}

TEST_CASE("Rows from before count, whatever is missing between them", "[until]") {
  Desk desk(config(R"({"until": {"relative_half_width": 1e-9}, "at_least": 2, "at_most": 5})"));
  const auto recall = [&](std::uint32_t point, std::uint32_t trial) {
    TrialRecord row;
    row.point = point;
    row.trial = trial;
    row.mse = 1.0 + trial;
    desk.schedule.recall(&row);
  };
  for (const std::uint32_t trial : {4U, 2U, 0U, 3U})
    for (const std::uint32_t point : {1U, 0U}) recall(point, trial);
  CHECK(desk.schedule.wanted() == Numbers{2});
  CHECK(desk.sink.trials.empty());
  recall(1, 1);
  recall(1, 1);
  CHECK(desk.schedule.wanted() == Numbers{2});
  recall(0, 1);
  CHECK(desk.schedule.wanted() == Numbers{5});
  CHECK(desk.schedule.remarks().size() == 1);
}

TEST_CASE("A paired difference may be known long before the means", "[until]") {
  Desk desk(
      config(R"({"until": {"relative_half_width": 0.01, "against": "bacc"}, "at_least": 4})"));
  for (std::uint32_t trial = 0; trial < 4; ++trial) {
    const double common = trial * trial;
    desk.finish(0, trial, common);
    desk.finish(1, trial, common + 0.5 + 1e-4 * trial);
  }
  CHECK(desk.schedule.wanted() == Numbers{4});
  CHECK(desk.schedule.most() == 8);

  Desk means(config(R"({"until": {"relative_half_width": 0.01}, "at_least": 4})"));
  for (std::uint32_t trial = 0; trial < 4; ++trial)
    for (std::uint32_t point = 0; point < 2; ++point) means.finish(point, trial, trial * trial);
  CHECK(means.schedule.wanted() == Numbers{5});
}

TEST_CASE("A scheme to compare with must be there", "[until]") {
  CHECK_THROWS_WITH(Desk(config(R"({"until": {"against": "bac"}})")),
                    "/trials/until/against is 'bac' (nothing with that label is compared); did you "
                    "mean 'bacc'? use one of: bacc, uncoded");
}

constexpr const char* kNoisy = R"({"data_points": 5, "workers": 12,
    "noise": {"kind": "gaussian", "sigma": 0.1}, "stragglers": {"kind": "random", "count": 2},
    "schemes": [{"kind": "replication"}, {"kind": "uncoded"}], "trials": )";

/// The number at which a run stops, found by running all trials.
std::size_t expected_trials(double width, std::uint32_t least, std::uint32_t most) {
  MemoryStore all;
  run_in_process(kNoisy + std::to_string(most) + "}", all);
  for (std::size_t n = least;; n = std::min<std::size_t>(most, n + (n + 3) / 4)) {
    double widest = 0.0;
    for (const std::uint32_t point : {0U, 1U}) {
      std::vector<double> values(n);
      for (const TrialRecord& row : all.trials)
        if (row.point == point && row.trial < n) values[row.trial] = row.mse;
      const metrics::Summary summary = metrics::summarise(values);
      widest = std::max(widest, (summary.ci_high - summary.ci_low) / 2.0 / summary.mean);
    }
    if (widest <= width || n == most) return n;
  }
}

TEST_CASE("A run stops at the same trial whoever runs it", "[until][jobs][threads]") {
  const std::string json =
      std::string(kNoisy) +
      R"({"until": {"relative_half_width": 0.15}, "at_least": 10, "at_most": 2000}})";
  const std::size_t expected = expected_trials(0.15, 10, 2000);
  REQUIRE(expected > 30);
  REQUIRE(expected < 2000);
  MemoryStore one;
  run_in_process(json, one);
  CHECK(one.trials.size() == 2 * expected);
  for (const std::uint32_t jobs : {2U, 3U, 16U}) {
    CAPTURE(jobs);
    Sweep sweep = sweep_of(json);
    const std::vector<PointRecord> points = sweep.points();
    MemoryStore sink;
    Schedule schedule(sweep.plan(), points, sink);
    run_plan_in_jobs(experiment::kinds(), sweep, points, jobs, schedule, [](TrialState) {});
    REQUIRE(sink.trials.size() == one.trials.size());
    CHECK(schedule.most() == one.trials.size());
    double sum = 0.0;
    for (const TrialRecord& row : sink.trials) {
      CHECK(row.mse == one.trials[2 * row.trial + row.point].mse);
      sum += row.trial;
    }
    CHECK(sum == static_cast<double>(expected * (expected - 1)));
  }
}

}  // namespace
}  // namespace laggard::sweep
