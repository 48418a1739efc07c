// Rows that are placed on the workers once, and ranks that lose them.
#include "experiment/training/placement.hpp"

#include <catch2/catch.hpp>

#include "experiment/training/trainings.hpp"
#include "experiment/training/worker.hpp"
#include "round/mortal_transport.hpp"

namespace laggard::training {
namespace {

using testing::MortalTransport;
using testing::TrainingStore;

constexpr std::uint32_t kRanks = 3, kHit = 2;

/// 100 rows in each of 4 parts, 12 of them in a step: the last portion is not full. Of 50 numbers a
/// row, those of neighbours would be summed in another order if rows were encoded together.
constexpr const char* kStatic = R"json({"schemes": [
    {"kind": "uncoded"}, {"kind": "replication"}, {"kind": "gradient_coding", "s": 2},
    {"kind": "approximate_gradient_coding", "code": "bernoulli", "degree": 2},
    {"kind": "bacc"}, {"kind": "letcc", "label": "gcv", "lambda_decode": "gcv"}],
  "stragglers": {"kind": "random", "count": 2},
  "dataset": {"classes": 10, "dimension": 50},
  "training": {"layout": "static"}})json";

std::string static_json(const char* members = "{}") {
  config::Json json = config::parse(kStatic, "the test");
  json.merge_patch(config::parse(members, "the test"));
  return testing::training_json(json.dump());
}

std::span<const double> span_of(const Matrix& rows, Index row) {
  return {rows.row(row).data(), static_cast<std::size_t>(rows.cols())};
}

TEST_CASE("Placed rows make the task that would have brought them, to the last bit",
          "[training][placement]") {
  SetupBuilder builder;
  const char* const targets = GENERATE("raw", "simplex");
  config::Json json = config::parse(static_json(), "the test");
  json["training"]["targets"] = targets;
  const Setup setup = builder.build(testing::plan_of(json.dump()).combinations.front());
  for (const ActivePoint& point : setup.points) {
    CAPTURE(targets, point.record.scheme);
    const BatchSource source(*setup.dataset, setup.classes, 1, 0, true, point.arrangement);
    const Placement placement({point.record.point, 7}, source, *point.tasks,
                              point.arrangement.rows);
    REQUIRE(placement.portions() > 1);
    PlacedRows placed;
    for (std::uint32_t number = 0; number < placement.portions(); ++number) {
      const Matrix portion = placement.portion(number);
      for (Index n = 0; n < portion.rows(); ++n)
        placed.keep(static_cast<WorkerId>(n), span_of(portion, n));
    }
    for (std::uint32_t step = 0; step < 30; ++step) {
      const Matrix expected = point.tasks->tasks(source.draw(step));
      const Matrix found = placement.tasks(step, expected.rows());
      for (Index n = 0; n < expected.rows(); ++n) {
        const auto task =
            placed.task(static_cast<WorkerId>(n), span_of(found, n), point.tasks->shape());
        REQUIRE(task);
        const std::span<const double> row = span_of(expected, n);
        CHECK(*task == std::vector<double>(row.begin(), row.end()));
      }
    }
  }
}

TEST_CASE("A rank takes no rows that were placed for another training", "[training][placement]") {
  const Setup setup = testing::training_setup(kStatic);
  const ActivePoint& point = setup.points[1];
  const BatchSource source(*setup.dataset, setup.classes, 1, 0, true, point.arrangement);
  const auto placement_for = [&](std::uint32_t number, std::uint32_t trial) {
    return Placement({number, trial}, source, *point.tasks, point.arrangement.rows);
  };
  PlacedRows placed;
  const auto has = [&](WorkerId worker, const Placement& placement) {
    const Matrix tasks = placement.tasks(0, 12);
    return placed.task(worker, span_of(tasks, worker), point.tasks->shape()).has_value();
  };
  const auto keep = [&](const Placement& placement, std::uint32_t number) {
    placed.keep(3, span_of(placement.portion(number), 3));
  };
  const Placement here = placement_for(1, 0);
  CHECK_FALSE(has(3, here));
  for (std::uint32_t number = 0; number + 1 < here.portions(); ++number) keep(here, number);
  CHECK_FALSE(has(3, here));  // one portion is missing, and the step takes a row of it
  keep(here, here.portions() - 1);
  CHECK(has(3, here));
  CHECK_FALSE(has(4, here));
  CHECK_FALSE(has(3, placement_for(1, 1)));
  CHECK_FALSE(has(3, placement_for(2, 0)));
  keep(placement_for(1, 1), 0);
  CHECK_FALSE(has(3, here));
}

/// What went to a rank.
struct Traffic {
  std::size_t portions = 0, steps = 0, numbers_in_steps = 0, others = 0;
};

/// A rank that counts its tasks, and may forget what it had.
class Rank final : public transport::BlockFunction {
 public:
  Rank(std::string job, std::uint32_t rank)
      : job_(std::move(job)), rank_(rank), inner_(make_worker(job_, rank_)) {}

  void share(const transport::BlockId& round, MatrixView values) override {
    if (forgets) inner_ = make_worker(job_, rank_);
    forgets = false;
    inner_->share(round, values);
  }
  void operator()(const transport::BlockId& block, MatrixView inputs,
                  MatrixSpan outputs) const override {
    const auto rows = static_cast<std::size_t>(inputs.rows());
    if (inputs(0, 0) == kPlace) {
      traffic.portions += rows;
    } else if (inputs(0, 0) == kTake) {
      traffic.steps += rows;
      traffic.numbers_in_steps += static_cast<std::size_t>(inputs.size());
    } else if (inputs(0, 0) >= 0.0) {
      traffic.others += rows;
    }
    if (on_task) on_task(traffic);
    (*inner_)(block, inputs, outputs);
  }

  mutable Traffic traffic;
  bool forgets = false;
  std::function<void(const Traffic&)> on_task;

 private:
  std::string job_;
  std::uint32_t rank_;
  std::unique_ptr<transport::BlockFunction> inner_;
};

/// A training on ranks that tests can hurt.
class Ranks {
 public:
  explicit Ranks(const std::string& json) : sweep_(testing::sweep_of(json)) {
    SetupBuilder builder;
    const std::string job = job_text(builder.build(testing::plan_of(json).combinations.front()));
    std::vector<MortalTransport::Function> functions;
    for (std::uint32_t rank = 1; rank <= kRanks; ++rank) {
      ranks_.push_back(std::make_shared<Rank>(job, rank));
      functions.push_back(ranks_.back());
    }
    transport = std::make_unique<MortalTransport>(std::move(functions));
  }

  TrainingStore run() {
    TrainingStore sink;
    testing::run_plan(sweep_, *transport, sink);
    return sink;
  }
  Rank& operator[](std::uint32_t rank) { return *ranks_[rank - 1]; }
  std::size_t portions() const {
    std::size_t sum = 0;
    for (const auto& rank : ranks_) sum += rank->traffic.portions;
    return sum;
  }

  std::unique_ptr<MortalTransport> transport;

 private:
  sweep::Sweep sweep_;
  std::vector<std::shared_ptr<Rank>> ranks_;
};

void check_same(const TrainingStore& found, const TrainingStore& expected) {
  REQUIRE(found.rows.size() == expected.rows.size());
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    CAPTURE(i, found.rows[i].point, found.rows[i].step);
    CHECK(found.rows[i].test_loss == expected.rows[i].test_loss);
    CHECK(found.rows[i].received == expected.rows[i].received);
  }
}

TEST_CASE("Rows travel once, and a step sends their numbers", "[training][placement]") {
  const std::string json = static_json(R"({"schemes": [{"kind": "bacc"}]})");
  Ranks ranks(json);
  check_same(ranks.run(), testing::train(json));
  // 12 workers, 9 portions of 12 numbers; 20 steps with 10 workers in each.
  CHECK(ranks.portions() == 12 * 9);
  std::size_t steps = 0;
  for (std::uint32_t rank = 1; rank <= kRanks; ++rank) {
    steps += ranks[rank].traffic.steps;
    CHECK(ranks[rank].traffic.numbers_in_steps == ranks[rank].traffic.steps * (3 + 12));
    CHECK(ranks[rank].traffic.others == 0);
  }
  CHECK(steps == 20 * 10);
}

TEST_CASE("A training with placed rows has the same bits through every code",
          "[training][placement]") {
  for (const char* decode : {"mean", "parts"})
    for (const char* ordering : {"class", "none"}) {
      config::Json json =
          config::parse(static_json(R"({"trials": 2, "worker_block": 2})"), "the test");
      json["training"]["decode"] = decode;
      json["training"]["ordering"] = ordering;
      CAPTURE(decode, ordering);
      check_same(Ranks(json.dump()).run(), testing::train(json.dump()));
    }
}

TEST_CASE("Where a rank dies, its rows are placed with those who compute for it",
          "[training][placement][failures]") {
  const bool at_once = GENERATE(true, false);
  const std::string json = static_json();
  Ranks ranks(json);
  if (at_once)
    ranks.transport->dying.insert(kHit);
  else
    ranks[1].on_task = [&](const Traffic& traffic) {
      if (traffic.steps == 50) ranks.transport->dying.insert(kHit);
    };
  check_same(ranks.run(), testing::train(json));
  CHECK_FALSE(ranks.transport->roster().alive(kHit));
}

TEST_CASE("Where nobody computes for a rank, its workers are stragglers from then on",
          "[training][placement][failures]") {
  Ranks ranks(static_json(R"({"stragglers": {"kind": "none", "count": null},
                              "failures": {"workers": "lost"}})"));
  ranks.transport->dying.insert(kHit);
  check_same(ranks.run(), testing::train(static_json(
                              R"({"stragglers": {"kind": "listed", "count": null,
                                                 "workers": [1, 4, 7, 10]}})")));
}

TEST_CASE("A rank that has forgotten its rows gets them again", "[training][placement][failures]") {
  const std::string json = static_json(R"({"schemes": [{"kind": "gradient_coding", "s": 2}]})");
  Ranks ranks(json);
  ranks[1].on_task = [&](const Traffic& traffic) {
    if (traffic.steps == 10) ranks[kHit].forgets = true;
  };
  check_same(ranks.run(), testing::train(json));
  CHECK(ranks.portions() > 12 * 9);
  CHECK(ranks.portions() <= 12 * 9 + 4 * 9);
}

}  // namespace
}  // namespace laggard::training
