// Small trainings of parity models and learned codes.

#include <algorithm>

#include "trainer/small_training.hpp"
#include "trainer/task.hpp"

namespace laggard::trainer {
namespace {

using Catch::Matchers::Contains;
using testing::Bands;
using testing::check_same;
using testing::curves;
using testing::interrupted;
using testing::quiet;
using testing::small;
using testing::TemporaryDirectory;

/// A small deployed model; its weights file.
std::string deployed(const TemporaryDirectory& folder, const Bands& data) {
  TrainConfig config = small(folder, "base");
  config.network = {"mlp", R"({"kind": "mlp", "hidden": [16]})", "/network"};
  config.epochs = 6;
  train(config, data, nullptr, quiet());
  return config.weights_path();
}

TrainConfig parity(const TemporaryDirectory& folder, const std::string& name,
                   const std::string& base) {
  TrainConfig config = small(folder, name);
  config.network = {"mlp", R"({"kind": "mlp", "hidden": [32]})", "/network"};
  config.task.kind = "parity";
  config.task.base = base;
  config.schedule.kind = "constant";
  config.epochs = 12;
  config.batch = 16;
  return config;
}

TrainConfig code(const TemporaryDirectory& folder, const std::string& name,
                 const std::string& base) {
  TrainConfig config = parity(folder, name, base);
  config.task.kind = "code";
  config.task.encoder = "mlp";
  config.network = TrainConfig().network;
  config.optimizer.learning_rate = 3e-3;
  config.epochs = 40;
  return config;
}

double largest_difference(const Matrix& a, const Matrix& b) {
  return (a - b).cwiseAbs().maxCoeff();
}

TEST_CASE("a parity model learns the sums of the deployed model's logits", "[train][coding]") {
  const TemporaryDirectory folder;
  const Bands data(360), test(100, 2);
  const std::string base = deployed(folder, data);
  const TrainConfig once = parity(folder, "once", base), again = parity(folder, "again", base);
  const TrainOutcome outcome = train(once, data, &test, quiet());
  train(again, data, &test, quiet());
  check_same(once, again);

  const auto rows = curves(once);
  CHECK(rows.back().train_loss < 0.3 * rows.front().train_loss);
  CHECK(outcome.test_accuracy > 0.7);  // reconstructions with the deployed model's class of four
  CHECK(outcome.validation_accuracy == rows[outcome.best_epoch - 1].validation_accuracy);

  const model::Weights weights = model::read_weights(once.weights_path());
  CHECK(weights.task.kind == model::TaskKind::kParity);
  CHECK(weights.task.k == 2);
  CHECK(weights.task.parity == 0);
  CHECK(weights.task.coefficients == std::vector<double>{1, 1});
  CHECK(weights.task.encoder == "addition");
  CHECK(weights.task.base_fingerprint == model::fingerprint_of(model::read_weights(base)));
  CHECK(model::read_weights_head(once.weights_path()).task == weights.task);
  CHECK(model::read_weights(base).task.kind == model::TaskKind::kClassifier);
}

TEST_CASE("units of a parity model: weighted sums and the logits of the queries",
          "[train][coding]") {
  const TemporaryDirectory folder;
  const Bands data(80);
  TrainConfig config = parity(folder, "units", deployed(folder, data));
  config.task.k = 3;
  config.task.parity = 1;
  const Task task(config, data.shape());
  CHECK(task.group() == 3);
  CHECK(task.coding().coefficients == std::vector<double>{1, 2, 3});
  const std::vector<std::uint32_t> rows{5, 9, 2, 11, 30, 7};
  const LabelledRows labelled = LabelledRows::for_training(data);
  const Matrix logits = task.logits(labelled, 0, labelled.count());
  REQUIRE(logits.rows() == 80);
  const data::Sample sample = labelled.at(rows);
  const Examples examples = task.examples(sample, logits(rows, Eigen::all));
  CHECK(examples.units == 2);
  REQUIRE(examples.inputs.rows() == 2);
  const Matrix& x = sample.inputs;
  CHECK(largest_difference(examples.inputs.row(1), x.row(3) + 2 * x.row(4) + 3 * x.row(5)) < 1e-12);
  CHECK(examples.targets.row(4) == logits.row(30));
  const model::Batch second = examples.part(1, 1);
  CHECK(second.inputs == examples.inputs.bottomRows(1));
  CHECK(second.targets == examples.targets.bottomRows(3));
  CHECK(std::equal(second.labels.begin(), second.labels.end(), sample.labels.begin() + 3));
  // Sums have the mean and the deviation of sums.
  Statistics statistics{{0.5}, {0.1}, 4, ""};
  task.adapt(statistics);
  CHECK(statistics.mean[0] == Approx(3.0));
  CHECK(statistics.deviation[0] == Approx(0.1 * std::sqrt(14.0)));
}

TEST_CASE("interrupted trainings of codes end with the same bits", "[train][coding]") {
  const TemporaryDirectory folder;
  const Bands data(200);
  const std::string base = deployed(folder, data);
  const bool learned = GENERATE(false, true);
  auto config_of = [&](const std::string& name) {
    TrainConfig config = learned ? code(folder, name, base) : parity(folder, name, base);
    config.epochs = 3;
    return config;
  };
  const TrainConfig whole = config_of("whole"), parts = config_of("parts");
  train(whole, data, nullptr, quiet());
  TrainEnvironment environment = quiet();
  interrupted(parts, data, environment, 9);  // 5 steps and one batch of validation an epoch
  CHECK(curves(parts).size() == 1);
  environment.mode = TrainMode::kResume;
  train(parts, data, nullptr, environment);
  check_same(whole, parts);
}

TEST_CASE("codes that learn the deployed model's answers need no labels", "[train][coding]") {
  const TemporaryDirectory folder;
  Bands data(200);
  const std::string base = deployed(folder, data);
  TrainConfig with =
      GENERATE(false, true) ? code(folder, "with", base) : parity(folder, "with", base);
  TrainConfig without = with;
  with.epochs = without.epochs = 2;
  without.weights = folder / "without.h5";
  without.results = folder / "without-curves.h5";
  train(with, data, &data, quiet());
  data.labelled = false;
  train(without, data, &data, quiet());
  check_same(with, without);
  without = code(folder, "labels", base);
  without.task.loss = "xent-label";
  CHECK_THROWS_WITH(train(without, data, nullptr, quiet()), Contains("no labels"));
}

TEST_CASE("a deployed model that changed cannot be resumed with", "[train][coding]") {
  const TemporaryDirectory folder;
  const Bands data(200);
  const TrainConfig config = parity(folder, "net", deployed(folder, data));
  TrainEnvironment environment = quiet();
  interrupted(config, data, environment, 9);
  deployed(folder, Bands(200, 5));
  environment.mode = TrainMode::kResume;
  CHECK_THROWS_WITH(train(config, data, nullptr, environment), Contains("deployed model"));
}

TEST_CASE("encoder and decoder learn by every loss", "[train][coding]") {
  const TemporaryDirectory folder;
  const Bands data(360, 1, 12), test(100, 2, 12);
  const std::string base = deployed(folder, data);
  const std::string loss = GENERATE("mse-base", "kl-base", "xent-label");
  TrainConfig config = code(folder, loss, base);
  config.task.loss = loss;
  const TrainOutcome outcome = train(config, data, &test, quiet());
  CAPTURE(loss);
  const auto rows = curves(config);
  CHECK(rows.back().train_loss < 0.7 * rows.front().train_loss);
  CHECK(outcome.test_accuracy > 0.4);  // of four classes
  const model::Weights weights = model::read_weights(config.weights_path());
  CHECK(weights.network.architecture == model::kCodeArchitecture);
  CHECK(weights.task.loss == loss);
  CHECK(weights.task.r == 1);
}

TEST_CASE("the convolutional encoder and more parities", "[train][coding]") {
  const TemporaryDirectory folder;
  const Bands data(100);
  TrainConfig config = code(folder, "conv", deployed(folder, data));
  config.validation = 8;
  config.epochs = 1;
  config.task.encoder = "conv";
  config.task.r = 2;
  train(config, data, nullptr, quiet());
  const model::Weights weights = model::read_weights(config.weights_path());
  const auto shape_of = [&](const std::string& name) {
    for (const model::NamedTensor& tensor : weights.tensors)
      if (tensor.name == name) return tensor.extents;
    return std::vector<std::uint64_t>{};
  };
  CHECK(shape_of("encoder.0.weight") == std::vector<std::uint64_t>{40, 2, 3, 3});
  CHECK(shape_of("encoder.10.weight") == std::vector<std::uint64_t>{40, 40, 3, 3});
  CHECK(shape_of("encoder.12.weight") == std::vector<std::uint64_t>{2, 40, 1, 1});
  CHECK(shape_of("decoder.0.weight") == std::vector<std::uint64_t>{16, 16});
  CHECK(shape_of("decoder.4.weight") == std::vector<std::uint64_t>{8, 8});
}

TEST_CASE("settings of codes that contradict each other", "[train][coding]") {
  const TemporaryDirectory folder;
  const Bands data(100);
  TrainConfig config = parity(folder, "net", "");
  const auto message = [&]() -> std::string {
    try {
      train(config, data, nullptr, quiet());
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK_THAT(message(), Contains("/task/base is empty"));
  config.task.base = folder / "none.h5";
  CHECK_THAT(message(), Contains("no such file"));
  config.task.encoder = "conv";
  CHECK_THAT(message(), Contains("/task/encoder is \"conv\" (/task/kind is \"parity\")"));
  config.task.encoder = "concatenation";
  config.task.k = 3;
  CHECK_THAT(message(), Contains("concatenation is for k = 2 and k = 4"));
  config.task.kind = "code";
  config.network = TrainConfig().network;
  CHECK_THAT(message(), Contains("use \"mlp\" or \"conv\""));
  config.task.encoder = "mlp";
  config.augmentation.flip = true;
  CHECK_THAT(message(), Contains("/augmentation is set"));
}

TEST_CASE("settings that a task does not look at are refused", "[train][coding]") {
  const TemporaryDirectory folder;
  const auto refused = [&](const std::string& kind, const std::string& what, auto&& change) {
    TrainConfig config = small(folder, "net");
    config.task.kind = kind;
    if (kind == "code") config.task.encoder = "mlp";
    change(config);
    CHECK_THROWS_WITH(train(config, Bands(100), nullptr, quiet()),
                      Contains(what) && Contains("/task/kind is \"" + kind + "\""));
  };
  refused("classifier", "/task/base is 'f.h5'", [](auto& config) { config.task.base = "f.h5"; });
  refused("parity", "/task/r is 2", [](auto& config) { config.task.r = 2; });
  refused("parity", "/task/loss is \"kl-base\"",
          [](auto& config) { config.task.loss = "kl-base"; });
  refused("code", "/task/parity is 1", [](auto& config) { config.task.parity = 1; });
  refused("code", "/network is \"mlp\"", [](auto& config) { config.network.kind = "mlp"; });

  TrainConfig large = small(folder, "net");
  large.task = {"code", "f.h5", 10, 6, 0, "mlp", "mse-base"};
  CHECK_THROWS_WITH(train(large, Bands(100), nullptr, quiet()),
                    Contains("/task/k is 10 and /task/r is 6") && Contains("patterns of losses"));
}

TEST_CASE("configurations of older versions are completed", "[train][coding]") {
  const auto now = resolved(read_train_config(config::Json::object()));
  auto old = now;
  old.erase("task");
  CHECK(completed(old.dump()) == now.dump());
  CHECK(completed("no configuration") == "no configuration");
}

}  // namespace
}  // namespace laggard::trainer
