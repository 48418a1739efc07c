#include <catch2/catch.hpp>
#include <cmath>

#include "experiment/training/coded_gradient.hpp"
#include "experiment/training/evaluation.hpp"
#include "experiment/training/trainings.hpp"
#include "experiment/training/worker.hpp"

namespace laggard::training {
namespace {

using testing::train;
using testing::training_json;
using testing::training_setup;
using testing::TrainingSink;

/// Estimates gradients of one setup in this process.
class Bench {
 public:
  explicit Bench(Setup setup)
      : setup_(std::move(setup)),
        transport_([](const std::string& job) { return make_worker(job); }),
        ledger_([](const std::vector<WorkerRecord>&) {}) {
    WorkerJob job{setup_.config.model, setup_.dataset->shape(), setup_.classes, {}, setup_.sketch};
    for (const ActivePoint& point : setup_.points)
      job.task_rows.push_back(point.tasks ? point.tasks->shape().rows : 0);
    transport_.configure(job_text(job));
    clock_ = round::make_clock("virtual", {transport_, ledger_, time_});
  }

  GradientEstimate estimate(std::size_t point, const Batch& batch,
                            const std::vector<double>& weights, const std::vector<WorkerId>& lost) {
    const ActivePoint& active = setup_.points[point];
    experiment::Fate fate{lost, {}};
    fate.arrivals.delay_s.assign(setup_.config.workers, 0.0);
    for (const WorkerId worker : lost)
      fate.arrivals.delay_s[worker] = std::numeric_limits<Seconds>::infinity();
    for (WorkerId worker = 0; worker < setup_.config.workers; ++worker)
      if (std::isfinite(fate.arrivals.delay_s[worker])) fate.arrivals.order.push_back(worker);
    const auto shared =
        std::make_shared<Matrix>(MatrixView(weights.data(), 1, static_cast<Index>(weights.size())));
    const Matrix tasks = active.tasks->tasks(batch);
    std::vector<round::RankFailure> failures;
    CodedGradient workers(setup_, active, *clock_, transport_.roster());
    return workers.estimate(
        {0, step_++, shared, tasks, fate}, [] {}, failures);
  }

  Batch batch(std::size_t point, std::uint32_t step = 0) const {
    return BatchSource(*setup_.dataset, setup_.classes, 1, 0, setup_.is_static(),
                       setup_.points[point].arrangement)
        .draw(step);
  }

  std::vector<double> weights() const {
    std::vector<double> weights(setup_.model->parameters());
    Stream stream({5, Purpose::kModel, 0, 0});
    fill_standard_normal(stream, weights);
    return weights;
  }

  const Setup& setup() const { return setup_; }

 private:
  Setup setup_;
  transport::InProcess transport_;
  round::WorkerLedger ledger_;
  RealTime time_;
  std::unique_ptr<round::Clock> clock_;
  std::uint32_t step_ = 0;
};

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  const auto size = static_cast<Index>(a.size());
  return (Eigen::Map<const Vector>(a.data(), size) - Eigen::Map<const Vector>(b.data(), size))
      .norm();
}

constexpr const char* kAllSchemes = R"json({"schemes": [
    {"kind": "uncoded"}, {"kind": "replication"}, {"kind": "gradient_coding", "s": 2},
    {"kind": "gradient_coding", "code": "cyclic", "s": 2, "label": "cyclic"},
    {"kind": "approximate_gradient_coding"}, {"kind": "bacc"}, {"kind": "nercc"},
    {"kind": "letcc", "label": "gcv", "lambda_decode": "gcv"},
    {"kind": "curve", "decoder": "floater_hormann"}],
  "training": {"batch": 48}})json";

TEST_CASE("K equal parts make every code exact, whoever answers", "[training]") {
  Bench bench(training_setup(kAllSchemes));
  const std::vector<double> weights = bench.weights();
  Evaluation evaluation(bench.setup());
  for (std::size_t point = 0; point < bench.setup().points.size(); ++point) {
    CAPTURE(bench.setup().points[point].record.scheme);
    Batch batch = bench.batch(point);
    for (std::uint32_t part = 1; part < batch.parts; ++part) {
      batch.inputs.middleRows(Index{part} * batch.rows, batch.rows) =
          batch.inputs.topRows(batch.rows);
      batch.targets.middleRows(Index{part} * batch.rows, batch.rows) =
          batch.targets.topRows(batch.rows);
    }
    const auto exact = evaluation.exact(weights, batch, false, Stream({1, Purpose::kData, 0, 0}));
    for (const std::vector<WorkerId>& lost :
         {std::vector<WorkerId>{}, {0, 5}, {1, 2, 3, 4, 11}, {0, 2, 4, 6, 8, 9, 10}}) {
      const auto found = bench.estimate(point, batch, weights, lost);
      CHECK(found.workers.size() == 12 - lost.size());
      CHECK(distance(found.gradient, exact.gradient) <
            1e-12 * distance(exact.gradient, std::vector<double>(exact.gradient.size())));
    }
  }
}

TEST_CASE("Without losses the codes of gradients are exact", "[training]") {
  Bench bench(training_setup(kAllSchemes));
  Evaluation evaluation(bench.setup());
  const std::vector<double> weights = bench.weights();
  for (const std::size_t point : {0, 1, 2, 3, 4}) {
    CAPTURE(bench.setup().points[point].record.scheme);
    const Batch batch = bench.batch(point);
    const auto exact = evaluation.exact(weights, batch, false, Stream({1, Purpose::kData, 0, 0}));
    const auto found = bench.estimate(point, batch, weights, {});
    CHECK(distance(found.gradient, exact.gradient) < 1e-12);
  }
}

TEST_CASE("A curve code is exact where every data point has a worker", "[training]") {
  // 2 K divides N - 1: all alphas are betas.
  Bench bench(training_setup(R"({"data_points": 4, "workers": 9, "schemes": [{"kind": "bacc"},
      {"kind": "letcc"}, {"kind": "curve", "encoder": "berrut", "decoder": "spline"}]})"));
  Evaluation evaluation(bench.setup());
  const std::vector<double> weights = bench.weights();
  for (const std::size_t point : {0, 1, 2}) {
    const Batch batch = bench.batch(point);
    const auto exact = evaluation.exact(weights, batch, false, Stream({1, Purpose::kData, 0, 0}));
    CHECK(distance(bench.estimate(point, batch, weights, {}).gradient, exact.gradient) < 1e-12);
    // Worker 4 stands between two data points, worker 3 at one of them.
    CHECK(distance(bench.estimate(point, batch, weights, {4}).gradient, exact.gradient) < 1e-12);
    CHECK(distance(bench.estimate(point, batch, weights, {3}).gradient, exact.gradient) > 1e-6);
  }
}

TEST_CASE("Fractional repetition has the same bits with up to s losses", "[training]") {
  Bench bench(training_setup(kAllSchemes));
  const std::vector<double> weights = bench.weights();
  for (const std::size_t point : {1, 2}) {  // replication is the same code
    const Batch batch = bench.batch(point);
    const auto undisturbed = bench.estimate(point, batch, weights, {}).gradient;
    for (WorkerId a = 0; a < 12; ++a)
      for (WorkerId b = 0; b < a; ++b)
        CHECK(bench.estimate(point, batch, weights, {b, a}).gradient == undisturbed);
  }
}

TEST_CASE("A training through fractional repetition does not feel up to s losses", "[training]") {
  const std::string scheme = R"json("schemes": [{"kind": "gradient_coding", "s": 2}])json";
  const TrainingSink calm = train(training_json("{" + scheme + "}"));
  const TrainingSink rough =
      train(training_json("{" + scheme + R"(, "stragglers": {"kind": "random", "count": 2}})"));
  REQUIRE(calm.of(0).size() == 21);
  for (std::size_t i = 0; i < 21; ++i) {
    CHECK(calm.of(0)[i].test_loss == rough.of(0)[i].test_loss);
    if (i > 0) CHECK(calm.of(0)[i].train_loss == rough.of(0)[i].train_loss);
    if (i > 0) CHECK(rough.of(0)[i].received == 10);
  }
}

TEST_CASE("Decoding all parts gives the mean gradient", "[training]") {
  Bench bench(training_setup(kAllSchemes));
  config::Json json = config::parse(kAllSchemes, "the test");
  json["training"]["decode"] = "parts";
  Bench parts(training_setup(json.dump()));
  const std::vector<double> weights = bench.weights();
  for (std::size_t point = 0; point < bench.setup().points.size(); ++point) {
    CAPTURE(bench.setup().points[point].record.scheme);
    const Batch batch = bench.batch(point);
    const auto one = bench.estimate(point, batch, weights, {1, 7, 8});
    const auto other = parts.estimate(point, batch, weights, {1, 7, 8});
    CHECK(distance(one.gradient, other.gradient) < 1e-12);
    if (bench.setup().points[point].record.scheme == "gcv") CHECK(one.lambda > 0.0);
  }
}

/// Share of the coded rows whose targets are no distribution over the classes.
double improper_share(const Setup& setup) {
  const ActivePoint& point = setup.points[0];
  const BatchSource source(*setup.dataset, setup.classes, 1, 0, false, point.arrangement);
  const Matrix tasks = point.tasks->tasks(source.draw(0));
  const Index rows = point.arrangement.rows;
  Index improper = 0;
  for (Index worker = 0; worker < tasks.rows(); ++worker)
    for (Index row = 0; row < rows; ++row) {
      const auto targets = tasks.row(worker).segment(
          point.tasks->shape().targets_at() + row * setup.classes, setup.classes);
      improper += targets.minCoeff() < -1e-12 ? 1 : 0;
    }
  return static_cast<double>(improper) / static_cast<double>(tasks.rows() * rows);
}

TEST_CASE("Unordered rows have negative targets, and the user is told so", "[training]") {
  const auto setup = [](const char* members) {
    config::Json json = config::parse(R"({"schemes": [{"kind": "bacc"}]})", "the test");
    json.merge_patch(config::parse(members, "the test"));
    return training_setup(json.dump());
  };
  const Setup raw = setup(R"({"training": {"ordering": "none"}})");
  CHECK(improper_share(raw) > 0.5);
  const Caveat caveat = caveat_of(raw, raw.points[0]);
  CHECK(caveat.spoils);
  CHECK_THAT(caveat.text, Catch::Contains("/training/ordering"));
  for (const char* cure : {R"({"training": {"ordering": "class"}})",
                           R"({"training": {"ordering": "none", "targets": "simplex"}})"}) {
    const Setup cured = setup(cure);
    CHECK(improper_share(cured) < 0.3);
    CHECK_FALSE(caveat_of(cured, cured.points[0]).spoils);
  }
  // A code that mixes nothing has nothing to fear.
  const Setup copies = setup(R"({"schemes": [{"kind": "replication"}],
                                 "training": {"ordering": "none"}})");
  CHECK(improper_share(copies) == 0.0);
  CHECK_FALSE(caveat_of(copies, copies.points[0]).spoils);
}

TEST_CASE("A model learns through every code", "[training]") {
  config::Json json = config::parse(kAllSchemes, "the test");
  json["training"] = {{"steps", 200}, {"batch", 48}, {"evaluate_every", 50}};
  json["stragglers"] = {{"kind", "random"}, {"count", 3}};
  const TrainingSink sink = train(training_json(json.dump()));
  REQUIRE(sink.runs.size() == 9);
  for (const RunRecord& run : sink.runs) {
    CAPTURE(run.point);
    CHECK(run.test_accuracy > 0.85);
    CHECK(run.received == 9.0);
    CHECK(run.steps == 200);
    CHECK(sink.of(run.point).size() == 5);
    CHECK(sink.of(run.point).front().test_accuracy < 0.5);
  }
  // The exact code has the least error, and no code without losses has a large one.
  CHECK(sink.runs[2].gradient_error < sink.runs[0].gradient_error);
}

TEST_CASE("Time is that of the answers, with the work where it counts", "[training]") {
  const char* const json = R"json({"schemes": [{"kind": "uncoded"}, {"kind": "replication"},
      {"kind": "replication", "rule": "covered", "label": "covered"}],
      "delay": {"kind": "pareto", "shape": 1.5}, "wait": {"kind": "fastest", "count": 7},
      "stragglers": {"kind": "none"}})json";
  const TrainingSink additive = train(training_json(json));
  // The same seven come first in both, but uncoded gives each a third of the rows.
  CHECK(additive.runs[0].seconds == additive.runs[1].seconds);
  CHECK(additive.runs[2].seconds > additive.runs[1].seconds);
  CHECK(additive.runs[2].uncovered_parts == 0.0);
  CHECK(additive.runs[1].uncovered_parts > 0.0);
  config::Json scaled = config::parse(json, "the test");
  scaled["delay"]["scaling"] = "work";
  const TrainingSink work = train(training_json(scaled.dump()));
  CHECK(work.runs[0].seconds == Approx(4 * additive.runs[0].seconds));
  CHECK(work.runs[1].seconds == Approx(12 * additive.runs[1].seconds));
  scaled["delay"]["scaling"] = "additive";
  scaled["time"] = {{"compute_seconds", 0.5}};
  const TrainingSink compute = train(training_json(scaled.dump()));
  CHECK(compute.runs[0].seconds == Approx(additive.runs[0].seconds + 20 * 4 * 0.5));
  scaled["time"] = {{"codec_flops", 1000.0}};
  const TrainingSink codec = train(training_json(scaled.dump()));
  const double decode = 2.0 * 7 * 84 / 1000.0;  // seven answers of 4 (20 + 1) numbers
  CHECK(codec.runs[0].seconds == Approx(additive.runs[0].seconds + 20 * decode));
}

TEST_CASE("Persistent losses are the same in every step", "[training]") {
  const auto uncovered = [](bool persistent) {
    config::Json json = config::parse(R"json({"schemes": [{"kind": "replication"}],
        "stragglers": {"kind": "random", "count": 9}})json",
                                      "the test");
    json["stragglers"]["persistent"] = persistent;
    std::set<std::uint32_t> found;
    for (const TrainingRecord& row : train(training_json(json.dump())).of(0))
      if (row.step > 0) found.insert(row.uncovered_parts);
    return found;
  };
  CHECK(uncovered(true).size() == 1);
  CHECK(uncovered(false).size() > 1);
}

TEST_CASE("A step without any answer changes nothing but momentum", "[training]") {
  const TrainingSink sink = train(training_json(R"json({"schemes": [{"kind": "replication"}],
      "stragglers": {"kind": "bernoulli", "probability": 0.9},
      "training": {"momentum": 0, "steps": 40}})json"));
  int empty = 0;
  const auto rows = sink.of(0);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].received > 0) continue;
    ++empty;
    CHECK(rows[i].test_loss == rows[i - 1].test_loss);
    CHECK(rows[i].uncovered_parts == 4);
    CHECK(rows[i].samples_used == 0);
  }
  CHECK(empty > 0);
}

}  // namespace
}  // namespace laggard::training
