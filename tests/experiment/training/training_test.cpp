#include <catch2/catch.hpp>
#include <cmath>

#include "experiment/training/evaluation.hpp"
#include "experiment/training/gradients.hpp"
#include "experiment/training/trainings.hpp"

namespace laggard::training {
namespace {

using testing::distance;
using testing::GradientBench;
using testing::train;
using testing::training_json;
using testing::training_setup;
using testing::TrainingStore;

constexpr const char* kAllSchemes = R"json({"schemes": [
    {"kind": "uncoded"}, {"kind": "replication"}, {"kind": "gradient_coding", "s": 2},
    {"kind": "gradient_coding", "code": "cyclic", "s": 2, "label": "cyclic"},
    {"kind": "approximate_gradient_coding"}, {"kind": "bacc"}, {"kind": "nercc"},
    {"kind": "letcc", "label": "gcv", "lambda_decode": "gcv"},
    {"kind": "curve", "decoder": "floater_hormann"}],
  "training": {"batch": 48}})json";

TEST_CASE("K equal parts make every code exact, whoever answers", "[training]") {
  GradientBench bench(training_setup(kAllSchemes));
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

TEST_CASE("A batch varies less, the more of all rows it has", "[training]") {
  for (const std::uint32_t rows : {40U, 200U, 380U, 400U}) {
    GradientBench bench(training_setup(R"({"schemes": [{"kind": "uncoded"}], "workers": 4,
        "dataset": {"rows": 600, "holdout": 200}, "training": {"batch": )" +
                                       std::to_string(rows) + "}}"));
    const std::vector<double> weights = bench.weights();
    Evaluation evaluation(bench.setup());
    const BatchSource source(*bench.setup().dataset, bench.setup().classes, 1, 0, false,
                             bench.setup().points[0].arrangement);
    const auto noise_of = [&](std::uint32_t step) {
      return evaluation.exact(weights, source.draw(step), true,
                              Stream({1, Purpose::kBootstrap, 0, 0, step}));
    };
    // The batches' own distance from their mean, over the length of that mean.
    constexpr std::uint32_t kSteps = 200;
    const auto parameters = static_cast<Index>(weights.size());
    Vector sum = Vector::Zero(parameters);
    double squares = 0.0, said = 0.0;
    for (std::uint32_t step = 0; step < kSteps; ++step) {
      const auto found = noise_of(step);
      const Vector gradient = Eigen::Map<const Vector>(found.gradient.data(), parameters);
      sum += gradient;
      squares += gradient.squaredNorm();
      said += found.noise() * found.noise() / kSteps;
    }
    const Vector mean = sum / kSteps;
    const double variance = (squares - kSteps * mean.squaredNorm()) / (kSteps - 1);
    CAPTURE(rows);
    CHECK(std::sqrt(said) ==
          Approx(std::sqrt(std::max(variance, 0.0)) / mean.norm()).epsilon(0.15).margin(1e-6));
  }
}

TEST_CASE("The noise of a run counts batches that drown in it", "[training]") {
  // Few rows in a batch of a trained model: the length of the whole gradient is often not told.
  const TrainingStore sink = train(training_json(R"json({"schemes": [{"kind": "uncoded"}],
      "workers": 4, "dataset": {"rows": 4200, "holdout": 200},
      "training": {"batch": 24, "steps": 400, "learning_rate": 0.2, "evaluate_every": 1}})json"));
  double squares = 0.0, told = 0.0;
  for (const TrainingRecord& row : sink.of(0))
    if (!std::isnan(row.batch_noise)) squares += row.batch_noise * row.batch_noise, ++told;
  CHECK(told < 380);
  CHECK(told > 100);
  CHECK(sink.runs[0].batch_noise > 0.0);
  CHECK(sink.runs[0].batch_noise != Approx(std::sqrt(squares / told)).epsilon(0.05));
}

TEST_CASE("Without losses the codes of gradients are exact", "[training]") {
  GradientBench bench(training_setup(kAllSchemes));
  Evaluation evaluation(bench.setup());
  const std::vector<double> weights = bench.weights();
  for (const std::size_t point : {0U, 1U, 2U, 3U, 4U}) {
    CAPTURE(bench.setup().points[point].record.scheme);
    const Batch batch = bench.batch(point);
    const auto exact = evaluation.exact(weights, batch, false, Stream({1, Purpose::kData, 0, 0}));
    const auto found = bench.estimate(point, batch, weights, {});
    CHECK(distance(found.gradient, exact.gradient) < 1e-12);
  }
}

TEST_CASE("A curve code is exact where every data point has a worker", "[training]") {
  // 2 K divides N - 1: all alphas are betas.
  GradientBench bench(
      training_setup(R"({"data_points": 4, "workers": 9, "schemes": [{"kind": "bacc"},
      {"kind": "letcc"}, {"kind": "curve", "encoder": "berrut", "decoder": "spline"}]})"));
  Evaluation evaluation(bench.setup());
  const std::vector<double> weights = bench.weights();
  for (const std::size_t point : {0U, 1U, 2U}) {
    const Batch batch = bench.batch(point);
    const auto exact = evaluation.exact(weights, batch, false, Stream({1, Purpose::kData, 0, 0}));
    CHECK(distance(bench.estimate(point, batch, weights, {}).gradient, exact.gradient) < 1e-12);
    // Worker 4 stands between two data points, worker 3 at one of them.
    CHECK(distance(bench.estimate(point, batch, weights, {4}).gradient, exact.gradient) < 1e-12);
    CHECK(distance(bench.estimate(point, batch, weights, {3}).gradient, exact.gradient) > 1e-6);
  }
}

TEST_CASE("Fractional repetition has the same bits with up to s losses", "[training]") {
  GradientBench bench(training_setup(kAllSchemes));
  const std::vector<double> weights = bench.weights();
  for (const std::size_t point : {1U, 2U}) {  // replication is the same code
    const Batch batch = bench.batch(point);
    const auto undisturbed = bench.estimate(point, batch, weights, {}).gradient;
    for (WorkerId a = 0; a < 12; ++a)
      for (WorkerId b = 0; b < a; ++b)
        CHECK(bench.estimate(point, batch, weights, {b, a}).gradient == undisturbed);
  }
}

TEST_CASE("A training through fractional repetition does not feel up to s losses", "[training]") {
  const std::string scheme = R"json("schemes": [{"kind": "gradient_coding", "s": 2}])json";
  const TrainingStore calm = train(training_json("{" + scheme + "}"));
  const TrainingStore rough =
      train(training_json("{" + scheme + R"(, "stragglers": {"kind": "random", "count": 2}})"));
  REQUIRE(calm.of(0).size() == 21);
  for (std::size_t i = 0; i < 21; ++i) {
    CHECK(calm.of(0)[i].test_loss == rough.of(0)[i].test_loss);
    if (i > 0) CHECK(calm.of(0)[i].train_loss == rough.of(0)[i].train_loss);
    if (i > 0) CHECK(rough.of(0)[i].received == 10);
  }
}

TEST_CASE("Decoding all parts gives the mean gradient", "[training]") {
  GradientBench bench(training_setup(kAllSchemes));
  config::Json json = config::parse(kAllSchemes, "the test");
  json["training"]["decode"] = "parts";
  GradientBench parts(training_setup(json.dump()));
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

TEST_CASE("An ordering sorts no fresh parts of codes that mix nothing", "[training]") {
  // A lost part would then be a lost class, which no rival would choose.
  const auto ordering_of = [](const char* layout, std::size_t point) {
    config::Json json = config::parse(R"({"schemes": [{"kind": "replication"}, {"kind": "bacc"},
        {"kind": "letcc", "ordering": "path"}], "training": {"ordering": "class"}})",
                                      "the test");
    json["training"]["layout"] = layout;
    return training_setup(json.dump()).points[point].arrangement.ordering;
  };
  CHECK(ordering_of("fresh", 0) == "none");
  CHECK(ordering_of("fresh", 1) == "class");
  CHECK(ordering_of("fresh", 2) == "path");
  // Which rows are placed together is a question for all codes.
  CHECK(ordering_of("static", 0) == "class");
  CHECK(ordering_of("static", 1) == "class");
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
  const TrainingStore sink = train(training_json(json.dump()));
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

TEST_CASE("Workers without rows are none of the fastest", "[training]") {
  const TrainingStore sink = train(training_json(R"json({"workers": 32, "schemes": [
      {"kind": "approximate_gradient_coding", "code": "bernoulli", "degree": 2}],
      "delay": {"kind": "shifted_exponential", "scaling": "work"},
      "wait": {"kind": "fastest", "count": 4}, "training": {"batch": 64}})json"));
  for (const TrainingRecord& row : sink.of(0))
    if (row.step > 0) CHECK(row.samples_used > 0);
  CHECK(sink.runs[0].seconds > 0.0);
}

TEST_CASE("Without debiasing, a missing part counts as 0", "[training]") {
  GradientBench bench(training_setup(R"json({"schemes": [
      {"kind": "gradient_coding", "s": 2}, {"kind": "gradient_coding", "s": 2, "label": "as it is",
       "debias": false}]})json"));
  const std::vector<double> weights = bench.weights();
  const Batch batch = bench.batch(0);
  // Four parts; workers 0, 4 and 8 have the first one.
  const auto mean = bench.estimate(0, batch, weights, {0, 4, 8}).gradient;
  auto sum = bench.estimate(1, batch, weights, {0, 4, 8}).gradient;
  for (double& value : sum) value *= 4.0 / 3.0;
  CHECK(distance(mean, sum) < 1e-14);
  CHECK(bench.estimate(0, batch, weights, {0, 1}).gradient ==
        bench.estimate(1, batch, weights, {0, 1}).gradient);
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
  const TrainingStore sink = train(training_json(R"json({"schemes": [{"kind": "replication"}],
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
