#include "experiment/approximation/master.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "core/error.hpp"
#include "experiment.hpp"
#include "round/mortal_transport.hpp"
#include "round/rounds.hpp"

namespace laggard::approximation {
namespace {

using testing::MemoryStore;
using testing::run_in_process;
using testing::setup_of;

constexpr const char* kLossy = R"({"data_points": 4, "workers": 16, "trials": 3,
    "schemes": [{"kind": "bacc"}, {"kind": "letcc"}],
    "stragglers": {"kind": "random", "count": 3},
    "delay": {"kind": "shifted_exponential"}, "wait": {"kind": "fastest", "count": 9},
    "output": {"workers": true, "predictions": true}})";

TEST_CASE("A trial is the same whenever it is drawn", "[master]") {
  const Setup setup = setup_of(kLossy);
  Trial first = draw_trial(setup, 2), again = draw_trial(setup, 2);
  find_truth(setup, first);
  find_truth(setup, again);
  CHECK(first.sample.inputs == again.sample.inputs);
  CHECK(first.truth == again.truth);
  CHECK(first.lost == again.lost);
  CHECK(first.arrivals.delay_s == again.arrivals.delay_s);
  CHECK(draw_trial(setup, 3).sample.inputs != first.sample.inputs);
  CHECK(first.lost.size() == 3);
  CHECK(first.arrivals.order.size() == 13);
}

TEST_CASE("Data and losses of a trial do not depend on the schemes", "[master]") {
  MemoryStore both, one;
  run_in_process(kLossy, both);
  std::string alone = kLossy;
  const std::string pair = R"([{"kind": "bacc"}, {"kind": "letcc"}])";
  alone.replace(alone.find(pair), pair.size(), R"([{"kind": "letcc"}])");
  run_in_process(alone, one);
  for (std::uint32_t trial = 0; trial < 3; ++trial) {
    CHECK(both.inputs[{0, trial}] == both.inputs[{1, trial}]);
    CHECK(both.lost[{0, trial}] == both.lost[{1, trial}]);
    CHECK(both.used[{0, trial}].size() == 9);
    CHECK(both.inputs[{1, trial}] == one.inputs[{0, trial}]);
    CHECK(both.lost[{1, trial}] == one.lost[{0, trial}]);
    CHECK(both.decoded[{1, trial}] == one.decoded[{0, trial}]);
  }
}

TEST_CASE("The workers of a trial are used, late or lost", "[master]") {
  MemoryStore sink;
  run_in_process(kLossy, sink);
  REQUIRE(sink.workers.size() == 3 * 2 * 16);
  std::map<WorkerStatus, int> count;
  Seconds last_used = 0, first_late = 1e9;
  for (const WorkerRecord& record : sink.workers) {
    if (record.point != 0 || record.trial != 0) continue;
    ++count[record.status];
    CHECK(record.rank == 0);
    CHECK(std::isnan(record.arrival_s) == (record.status == WorkerStatus::kLost));
    if (record.status == WorkerStatus::kUsed) last_used = std::max(last_used, record.arrival_s);
    if (record.status == WorkerStatus::kLate) first_late = std::min(first_late, record.arrival_s);
  }
  CHECK(count[WorkerStatus::kUsed] == 9);
  CHECK(count[WorkerStatus::kLate] == 4);
  CHECK(count[WorkerStatus::kLost] == 3);
  CHECK(last_used <= first_late);
  for (const TrialRecord& record : sink.trials) CHECK(record.received == 9);
  CHECK(sink.trials.front().completion_s == last_used);
}

TEST_CASE("Speeds multiply the delays that are proportional to the work, in every trial",
          "[master][speeds]") {
  const std::string start = R"json({"data_points": 2, "workers": 4, "trials": 3,
      "schemes": [{"kind": "bacc"}], "output": {"workers": true},
      "speeds": {"kind": "listed", "factors": [1, 3, 0.5, 2]},
      "delay": {"kind": "constant", "seconds": 0.25)json";
  MemoryStore scaled, additive;
  run_in_process(start + R"(, "scaling": "work"}})", scaled);
  run_in_process(start + "}}", additive);
  REQUIRE(scaled.workers.size() == 3 * 4);
  const std::vector<double> factors{1, 3, 0.5, 2};
  for (const WorkerRecord& row : scaled.workers) CHECK(row.arrival_s == 0.25 * factors[row.worker]);
  for (const WorkerRecord& row : additive.workers) CHECK(row.arrival_s == 0.25);
}

TEST_CASE("Equally fast workers are taken by chance, not by number", "[master]") {
  MemoryStore sink;
  run_in_process(R"({"data_points": 2, "workers": 10, "trials": 40, "schemes": [{"kind": "bacc"}],
      "wait": {"kind": "fastest", "count": 5}, "output": {"workers": true}})",
                 sink);
  std::vector<int> used(10);
  for (const WorkerRecord& record : sink.workers)
    used[record.worker] += record.status == WorkerStatus::kUsed ? 1 : 0;
  for (const int count : used) CHECK((count > 0 && count < 40));
}

TEST_CASE("Workers that a scheme does not use stay idle", "[master]") {
  MemoryStore sink;
  run_in_process(R"({"data_points": 3, "workers": 8, "trials": 2,
      "schemes": [{"kind": "uncoded"}, {"kind": "bacc"}], "output": {"workers": true},
      "stragglers": {"kind": "listed", "workers": [1, 6]}, "model": {"kind": "polynomial"}})",
                 sink);
  REQUIRE(sink.trials.size() == 4);
  const TrialRecord& uncoded = sink.trials[0];
  CHECK(uncoded.received == 2);
  CHECK(uncoded.unavailable == 1);
  CHECK(uncoded.mse > 0);
  CHECK(sink.trials[1].received == 6);
  int rows = 0;
  for (const WorkerRecord& record : sink.workers)
    if (record.point == 0 && record.trial == 0) {
      ++rows;
      CHECK(record.worker < 3);
      CHECK((record.status == WorkerStatus::kLost) == (record.worker == 1));
    }
  CHECK(rows == 3);
}

TEST_CASE("Everybody may be lost", "[master]") {
  MemoryStore sink;
  run_in_process(R"({"data_points": 2, "workers": 4, "trials": 2, "schemes": [{"kind": "bacc"}],
      "delay": {"kind": "constant", "seconds": 2}, "wait": {"kind": "deadline", "seconds": 1}})",
                 sink);
  REQUIRE(sink.trials.size() == 2);
  for (const TrialRecord& record : sink.trials) {
    CHECK(record.received == 0);
    CHECK(record.unavailable == 2);
    CHECK(std::isnan(record.mse));
    CHECK(record.completion_s == 1.0);
  }
}

TEST_CASE("Where nobody answers, the rule for missing points still holds", "[master]") {
  MemoryStore sink;
  run_in_process(R"({"data_points": 2, "workers": 4, "trials": 1,
      "schemes": [{"kind": "replication", "missing": "zero"}, {"kind": "uncoded"}],
      "delay": {"kind": "constant", "seconds": 2}, "wait": {"kind": "deadline", "seconds": 1}})",
                 sink);
  REQUIRE(sink.trials.size() == 2);
  CHECK(std::isfinite(sink.trials[0].mse));
  CHECK(sink.trials[0].relative_error == 1.0);
  CHECK(std::isnan(sink.trials[1].mse));  // the mean of nothing
  for (const TrialRecord& record : sink.trials) CHECK(record.unavailable == 2);
}

TEST_CASE("Non-finite results of the model are counted", "[master]") {
  MemoryStore sink;
  run_in_process(R"json({"data_points": 2, "workers": 2, "trials": 1,
      "schemes": [{"kind": "uncoded"}], "dataset": {"kind": "uniform", "low": -2, "high": -1},
      "model": {"kind": "expression", "outputs": ["sqrt(x1)", "x1"]}})json",
                 sink);
  const TrialRecord& record = sink.trials.front();
  CHECK(record.nonfinite == 2 + 2);  // of the truth and of the workers
  CHECK(std::isnan(record.mse));
  CHECK(record.agreement == 0.0);
}

/// All values of the trials as bytes, which also compares NaN.
std::string values_of(const MemoryStore& sink) {
  std::string bytes;
  for (const auto& [key, matrix] : sink.decoded)
    bytes.append(reinterpret_cast<const char*>(matrix.data()),
                 static_cast<std::size_t>(matrix.size()) * sizeof(double));
  return bytes;
}

TEST_CASE("Blocks of workers change nothing but who computes", "[master]") {
  const auto with_block = [](const std::string& block) {
    MemoryStore sink;
    run_in_process(R"({"data_points": 3, "workers": 11, "trials": 2, "worker_block": )" + block +
                       R"(, "schemes": [{"kind": "bacc"}, {"kind": "letcc"}, {"kind": "lcc"},
                        {"kind": "uncoded"}, {"kind": "replication"}],
      "stragglers": {"kind": "random", "count": 4}, "noise": {"kind": "gaussian", "sigma": 0.1},
      "output": {"predictions": true}})",
                   sink);
    return values_of(sink);
  };
  const std::string one_by_one = with_block("1");
  REQUIRE_FALSE(one_by_one.empty());
  for (const char* block : {"2", "3", "11", "12", "4294967295"}) {
    CAPTURE(block);
    CHECK(with_block(block) == one_by_one);
  }
}

TEST_CASE("Predictions of the first trials alone", "[master]") {
  MemoryStore sink;
  run_in_process(R"({"data_points": 2, "workers": 4, "trials": 5, "schemes": [{"kind": "bacc"}],
      "output": {"predictions": true, "predicted_trials": 2}})",
                 sink);
  CHECK(sink.trials.size() == 5);
  CHECK(sink.decoded.size() == 2);
  CHECK(sink.decoded.contains({0, 1}));
}

/// Hands out results in the reverse order, with late ones of earlier rounds in between.
class Reversed final : public transport::Transport {
 public:
  explicit Reversed(std::uint32_t ranks) : Transport(transport::Roster(ranks)) {}
  void configure(const std::string& job) override {
    function_ = sweep::worker_factory(experiment::kinds(), 0)(job);
  }
  void dispatch(const transport::Round& round, const transport::Block& block,
                std::span<const Seconds>) override {
    tasks_.push_back(round.id_of(block));
  }
  std::optional<transport::Arrival> receive(Seconds) override {
    if (!late_ && tasks_.size() % 3 == 0) {
      late_ = true;
      transport::BlockId old = tasks_.back();
      while (rounds_.find(old.round)) --old.round;
      return transport::Arrival{old, 1.0};
    }
    late_ = false;
    const transport::BlockId task = tasks_.back();
    tasks_.pop_back();
    const auto round = rounds_.find(task.round);
    REQUIRE(round);
    (*function_)(
        task, round->inputs_of({task.first_worker, task.count}),
        MatrixSpan(round->results_from(task.first_worker), task.count, round->results->cols()));
    return transport::Arrival{task, 0.5};
  }

 private:
  std::unique_ptr<transport::BlockFunction> function_;
  std::vector<transport::BlockId> tasks_;
  bool late_ = false;
};

TEST_CASE("Neither the order of results nor late ones nor early rounds matter", "[master]") {
  // Who lies worst needs the truth, which comes after the rounds.
  const std::string json = R"({"data_points": 3, "workers": 10, "trials": 3, "worker_block": 3,
      "schemes": [{"kind": "bacc"}, {"kind": "uncoded"}], "adversaries": {"kind": "worst"},
      "stragglers": {"kind": "random", "count": 2}, "output": {"predictions": true}})";
  MemoryStore expected;
  run_in_process(json, expected);
  for (const std::uint32_t ranks : {0, 2}) {
    sweep::Sweep sweep = testing::sweep_of(json);
    Reversed transport(ranks);
    MemoryStore sink;
    testing::run_plan(sweep, transport, sink);
    CHECK(values_of(sink) == values_of(expected));
    // A trial that had begun early and lacks a point.
    MemoryStore rest;
    rest.finished = {{1, 1}, {0, 2}, {1, 2}};
    testing::run_plan(sweep, transport, rest);
    REQUIRE(rest.trials.size() == 3);
    for (const std::size_t i : {0, 1, 2}) {
      CHECK(rest.trials[i].point == sink.trials[i].point);
      CHECK(rest.trials[i].mse == sink.trials[i].mse);
    }
  }
}

TEST_CASE("A round that is begun again without a rank has a new number", "[master][failures]") {
  sweep::Sweep sweep = testing::sweep_of(
      R"({"data_points": 2, "workers": 9, "trials": 1, "schemes": [{"kind": "bacc"}],
          "stragglers": {"kind": "listed", "workers": [1]}, "output": {"workers": true},
          "failures": {"workers": "lost"}})");
  testing::MortalTransport transport(3, std::make_unique<testing::Twice>());
  transport.dying = {2};
  MemoryStore sink;
  testing::run_plan(sweep, transport, sink);
  // An answer that a stopped rank still owes to the first one must not be taken for one of these.
  CHECK(transport.rounds == std::set<std::uint32_t>{0, 1});
  REQUIRE(sink.trials.size() == 1);
  CHECK(sink.trials[0].received == 6);
  std::vector<WorkerStatus> of_rank_2;
  for (const WorkerRecord& row : sink.workers)
    if (row.worker % 3 == 1) of_rank_2.push_back(row.status);
  CHECK(of_rank_2 == std::vector<WorkerStatus>{WorkerStatus::kLost, WorkerStatus::kFailed,
                                               WorkerStatus::kFailed});
}

/// Remembers how many rounds the workers had been given when they computed.
class RoundCounter final : public transport::BlockFunction {
 public:
  void operator()(const transport::BlockId&, MatrixView inputs, MatrixSpan outputs) const override {
    for (Index i = 0; i < outputs.rows(); ++i) outputs.row(i).setConstant(inputs(i, 0));
    seen.push_back(transport->rounds.size());
  }

  const testing::MortalTransport* transport = nullptr;
  mutable std::vector<std::size_t> seen;
};

TEST_CASE("Ranks have the tasks of the next points before the master decodes", "[master]") {
  const auto rounds_at_calls = [](const char* more) {
    sweep::Sweep sweep = testing::sweep_of(fmt::format(
        R"json({{"data_points": 2, "workers": 4, "trials": 2, {} "worker_block": 4,
            "schemes": [{{"kind": "bacc"}}, {{"kind": "uncoded"}}, {{"kind": "letcc"}}]}})json",
        more));
    auto counter = std::make_shared<RoundCounter>();
    testing::MortalTransport transport(1, counter);
    counter->transport = &transport;
    MemoryStore sink;
    testing::run_plan(sweep, transport, sink);
    REQUIRE(sink.trials.size() == 6);
    for (std::uint32_t i = 0; i < 6; ++i) CHECK(sink.trials[i].point == i % 3);
    return counter->seen;
  };
  // Three at a time, of the next trial too.
  CHECK(rounds_at_calls("") == std::vector<std::size_t>{3, 4, 5, 6, 6, 6});
  // Where a point has a rehearsal with workers of its own, each waits for the one before.
  CHECK(rounds_at_calls(R"("output": {"anytime": true},)") ==
        std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
}

/// Fails at the first result.
class Failing final : public transport::Transport {
 public:
  Failing() : Transport(transport::Roster(0)) {}
  void configure(const std::string&) override {}
  void dispatch(const transport::Round& round, const transport::Block&,
                std::span<const Seconds>) override {
    number = round.number;
    CHECK(rounds_.find(number));
  }
  std::optional<transport::Arrival> receive(Seconds) override {
    throw RunError("the worker is gone", "a test", "none");
  }
  bool is_over() const { return !rounds_.find(number); }
  std::uint32_t number = 99;
};

TEST_CASE("A round that fails is over", "[master]") {
  sweep::Sweep sweep = testing::sweep_of(
      R"({"data_points": 2, "workers": 4, "trials": 2, "schemes": [{"kind": "bacc"}]})");
  Failing transport;
  MemoryStore sink;
  CHECK_THROWS_AS(testing::run_plan(sweep, transport, sink), RunError);
  CHECK(transport.number == 0);
  CHECK(transport.is_over());
  CHECK(sink.trials.empty());
}

}  // namespace
}  // namespace laggard::approximation
