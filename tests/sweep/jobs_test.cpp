#include "sweep/jobs.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "experiment.hpp"
#include "experiment/training/trainings.hpp"

namespace laggard::sweep {
namespace {

using testing::MemoryStore;
using testing::run_in_process;
using testing::sweep_of;

constexpr const char* kSweep =
    R"({"data_points": 6, "trials": 7, "noise": {"kind": "gaussian", "sigma": 0.1},
    "delay": {"kind": "shifted_exponential"}, "wait": {"kind": "fastest", "count": 12},
    "output": {"workers": true, "predictions": true},
    "schemes": [{"kind": "bacc"}, {"kind": "letcc", "lambda_decode": "gcv"}],
    "sweep": {"/workers": [16, 24, 32]}})";

void run_in_jobs(
    const std::string& json, std::uint32_t jobs, ResultStore& sink,
    const OnTrial& on_trial = [](TrialState) {}) {
  Sweep sweep = sweep_of(json);
  const std::vector<PointRecord> points = sweep.points();
  Schedule schedule(sweep.plan(), points, sink);
  run_plan_in_jobs(experiment::kinds(), sweep, points, jobs, schedule, on_trial);
}

/// Rows in the order of points and trials, as one master would have written them.
template <class Row>
std::vector<Row> in_order(std::vector<Row> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::pair(a.point, a.trial) < std::pair(b.point, b.trial);
  });
  return rows;
}

TEST_CASE("Any number of jobs gives the rows of one master to the bit", "[jobs][threads]") {
  MemoryStore one;
  run_in_process(kSweep, one);
  const std::vector<TrialRecord> expected = in_order(one.trials);
  const std::vector<WorkerRecord> workers = in_order(one.workers);
  REQUIRE(expected.size() == 42);
  for (const std::uint32_t jobs : {1U, 2U, 5U, 64U}) {
    CAPTURE(jobs);
    MemoryStore sink;
    int ran = 0;
    run_in_jobs(kSweep, jobs, sink, [&](TrialState state) { ran += state == TrialState::kRun; });
    CHECK(ran == 42);
    const std::vector<TrialRecord> trials = in_order(sink.trials);
    REQUIRE(trials.size() == expected.size());
    for (std::size_t i = 0; i < trials.size(); ++i) {
      CHECK(trials[i].point == expected[i].point);
      CHECK(trials[i].trial == expected[i].trial);
      CHECK(trials[i].mse == expected[i].mse);
      CHECK(trials[i].received == expected[i].received);
      CHECK(trials[i].completion_s == expected[i].completion_s);
    }
    const std::vector<WorkerRecord> found = in_order(sink.workers);
    REQUIRE(found.size() == workers.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i].worker == workers[i].worker);
      CHECK(found[i].arrival_s == workers[i].arrival_s);
    }
    CHECK(sink.decoded == one.decoded);
  }
}

TEST_CASE("Jobs leave out what the sink has", "[jobs][threads]") {
  MemoryStore sink;
  sink.finished = {{0, 0}, {1, 0}, {2, 3}};
  int ran = 0, found = 0;
  run_in_jobs(kSweep, 3, sink,
              [&](TrialState state) { ++(state == TrialState::kRun ? ran : found); });
  CHECK(found == 3);
  CHECK(ran == 39);
  for (const TrialRecord& record : sink.trials)
    CHECK_FALSE(sink.finished.contains({record.point, record.trial}));
}

TEST_CASE("A training has the same bits in jobs", "[jobs][threads]") {
  const std::string json = testing::training_json(R"({"trials": 5, "schemes": [
      {"kind": "uncoded"}, {"kind": "bacc"}], "stragglers": {"kind": "random", "count": 2}})");
  // Each step is evaluated, so that no loss is NaN.
  const testing::TrainingStore expected = testing::train(json);
  testing::TrainingStore found;
  run_in_jobs(json, 3, found);
  for (const std::uint32_t point : {0U, 1U})
    for (std::uint32_t trial = 0; trial < 5; ++trial) {
      CAPTURE(point, trial);
      const auto one = expected.of(point, trial), other = found.of(point, trial);
      REQUIRE_FALSE(one.empty());
      REQUIRE(one.size() == other.size());
      for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i].test_loss == other[i].test_loss);
    }
}

/// Fails when it has taken a number of rows.
class FullStore final : public ResultStore {
 public:
  bool has(std::uint32_t, std::uint32_t) const override { return false; }
  void add(const TableSpec&, const void*, std::size_t) override {
    if (++calls > 5) throw std::runtime_error("no space");
  }
  void add(Arrays) override {}
  void trial_done() override {}
  int calls = 0;
};

TEST_CASE("The first failure of a job ends all of them, and is the one that is told",
          "[jobs][threads]") {
  Sweep sweep = sweep_of(kSweep);
  const std::vector<PointRecord> points = sweep.points();
  FullStore sink;
  Schedule schedule(sweep.plan(), points, sink);
  CHECK_THROWS_WITH(
      run_plan_in_jobs(experiment::kinds(), sweep, points, 4, schedule, [](TrialState) {}),
      "no space");
}

}  // namespace
}  // namespace laggard::sweep
