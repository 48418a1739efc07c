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
using testing::TrainingSink;

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
  const TrainingSink sink = train(training_json(R"json({"schemes": [{"kind": "uncoded"}],
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
  GradientBench bench(
      training_setup(R"({"data_points": 4, "workers": 9, "schemes": [{"kind": "bacc"},
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
  GradientBench bench(training_setup(kAllSchemes));
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
  // Encoding goes on while the workers compute, and counts where it takes longer: both products of
  // the encoder, and the distances of 48 rows of 20 + 4 numbers for a path.
  config::Json curve = config::parse(R"json({"schemes": [{"kind": "bacc"},
      {"kind": "bacc", "label": "path", "ordering": "path"}], "time": {"codec_flops": 1000}})json",
                                     "the test");
  const TrainingSink encoded = train(training_json(curve.dump()));
  const double encode = 2.0 * 12 * 4 * 12 * 24, all = 2.0 * 12 * 84;
  CHECK(encoded.runs[0].seconds == Approx(20 * (encode + all) / 1000));
  CHECK(encoded.runs[1].seconds == Approx(20 * (encode + 1.5 * 48 * 48 * 24 + all) / 1000));
  // The first batch must be encoded before anybody computes, the others while the master waits.
  curve["delay"] = {{"kind", "constant"}, {"seconds", 1000}};
  CHECK(train(training_json(curve.dump())).runs[0].seconds ==
        Approx(encode / 1000 + 20 * (1000 + all / 1000)));
}

TEST_CASE("A step takes what a round of its messages takes", "[training][time]") {
  // Without delays, every step is the same round: 12 messages leave the master's link one after
  // the other, each worker computes, and 12 gradients come back over the same link.
  const char* const json = R"json({"schemes": [{"kind": "bacc"}],
      "speeds": {"kind": "listed", "factors": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3]},
      "time": {"compute_seconds": 0.5, "latency_seconds": 0.25, "master_bandwidth": 8000,
               "bandwidth": 16000}})json";
  const double parameters = 4 * (20 + 1), task = 12 * (20 + 4);  // 12 rows of 20 inputs
  const auto step_s = [&](double task_numbers) {
    const double sent = 12 * (parameters + task_numbers) / 1000;
    const double computed = 0.25 + (parameters + task_numbers) / 2000 + 12 * 0.5 * 3;
    return sent + computed + parameters / 2000 + 0.25 + parameters / 1000;
  };
  CHECK(train(training_json(json)).runs[0].seconds == Approx(20 * step_s(task)));
  // Rows that were placed beforehand are named by their numbers.
  config::Json placed = config::parse(json, "the test");
  placed["training"]["layout"] = "static";
  CHECK(train(training_json(placed.dump())).runs[0].seconds == Approx(20 * step_s(12)));
}

TEST_CASE("Decoding every part takes longer than decoding their mean", "[training][time]") {
  const auto seconds = [](const char* decode) {
    return train(training_json(R"json({"schemes": [{"kind": "bacc"}],
        "delay": {"kind": "constant", "seconds": 1000}, "time": {"codec_flops": 1000},
        "training": {"decode": ")json" +
                               std::string(decode) + R"("}})"))
        .runs[0]
        .seconds;
  };
  const double all = 2.0 * 12 * 84 / 1000;  // per step: 12 answers of 84 numbers
  CHECK(seconds("parts") - seconds("mean") == Approx(20 * (4 - 1) * all));
}

TEST_CASE("Waiting for every part goes on where a deadline ends too early, and not longer",
          "[training][time]") {
  // Parts 0 and 1 have workers 0 and 2, and 1 and 3.
  const auto run_of = [](const char* delays, double deadline) {
    config::Json json = config::parse(R"json({"workers": 4, "data_points": 2,
        "schemes": [{"kind": "replication", "rule": "covered"}],
        "training": {"steps": 1}})json",
                                      "the test");
    json["delay"] = {{"kind", "groups"}, {"sizes", {1, 1, 1}}};
    json["delay"]["delays"] = config::parse(delays, "the test");
    json["wait"] = {{"kind", "deadline"}, {"seconds", deadline}};
    return train(training_json(json.dump())).runs[0];
  };
  constexpr const char* kDelays = R"([{"kind": "constant", "seconds": 1},
      {"kind": "constant", "seconds": 2}, {"kind": "constant", "seconds": 4},
      {"kind": "constant", "seconds": 8}])";
  CHECK(run_of(kDelays, 5).seconds == 5.0);  // covered at 2, and worker 2 comes in time
  CHECK(run_of(kDelays, 5).received == 3.0);
  CHECK(run_of(kDelays, 1.5).seconds == 2.0);  // covered later than that
  CHECK(run_of(kDelays, 1.5).received == 2.0);
  CHECK(run_of(kDelays, 9).seconds == 8.0);  // nobody is missing
}

TEST_CASE("Workers without rows are none of the fastest", "[training]") {
  const TrainingSink sink = train(training_json(R"json({"workers": 32, "schemes": [
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

TEST_CASE("A busy worker is late in the next steps, too", "[training][time]") {
  const auto run = [](bool busy) {
    config::Json json = config::parse(R"json({"schemes": [{"kind": "bacc"}],
        "delay": {"kind": "pareto", "shape": 1.1}, "wait": {"kind": "fastest", "count": 10}})json",
                                      "the test");
    json["time"] = {{"busy", busy}};
    return train(training_json(json.dump())).runs[0].seconds;
  };
  CHECK(run(true) > run(false));
}

TEST_CASE("Late tasks of a step are sent again", "[training][time]") {
  const auto seconds = [](const char* wait) {
    config::Json json = config::parse(
        R"json({"schemes": [{"kind": "replication", "rule": "covered"}],
                "delay": {"kind": "pareto", "shape": 1.1, "scaling": "work"}})json",
        "the test");
    json["wait"] = config::parse(wait, "the test");
    return train(training_json(json.dump())).runs[0].seconds;
  };
  CHECK(seconds(R"({"kind": "relaunch", "factor": 1.5})") < seconds(R"({"kind": "all"})"));
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
