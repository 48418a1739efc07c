// Networks as models that a training makes the steps of.
#include <catch2/catch.hpp>

#include "config/reader.hpp"
#include "experiment.hpp"
#include "experiment/training/trainings.hpp"
#include "model/gradient_model.hpp"
#include "random_matrix.hpp"
#include "sweep/jobs.hpp"

namespace laggard {
namespace {

TEST_CASE("The gradient of a network is that of its loss", "[train]") {
  const auto model = config::make(
      model::gradient_models(), Component{"mlp", R"({"kind": "mlp", "hidden": [5]})", "/model"},
      model::GradientModelContext{{{4}}, 3, R"({"kind": "mlp", "hidden": [5]})"});
  REQUIRE(model->parameters() == 4 * 5 + 5 + 5 * 3 + 3);
  const Matrix inputs = testing::normal_matrix(6, 4, 1);
  Matrix targets = Matrix::Zero(6, 3);
  for (Index row = 0; row < 6; ++row) targets(row, row % 3) = 1.0;
  targets.row(0) << 1.5, -0.7, 0.4;  // a mixture
  const std::vector<double> shares{0.1, 0.2, 0.3, 0.1, 0.1, 0.2};
  const model::WeightedRows rows{rows_of(inputs, 0, 6), rows_of(targets, 0, 6), shares};
  std::vector<double> weights = model->initial_weights(3);
  std::vector<double> gradient(weights.size()), ignored(weights.size());
  const double loss = model->gradient(weights, rows, gradient);
  CHECK(loss > 0.0);
  for (std::size_t i = 0; i < weights.size(); i += 3) {
    const double step = 1e-2, at = weights[i];  // in single precision
    weights[i] = at + step;
    const double above = model->gradient(weights, rows, ignored);
    weights[i] = at - step;
    const double below = model->gradient(weights, rows, ignored);
    weights[i] = at;
    CHECK(gradient[i] == Approx((above - below) / (2 * step)).margin(2e-3));
  }
}

TEST_CASE("A perceptron diverges on mixtures of rows with raw labels only", "[train]") {
  const auto diverges = [](const char* targets) {
    config::Json json = config::parse(R"json({"schemes": [{"kind": "bacc"}],
        "stragglers": {"kind": "random", "count": 4}, "model": {"kind": "mlp", "hidden": [32]},
        "training": {"steps": 600, "batch": 48, "learning_rate": 1, "evaluate_every": 50,
                     "ordering": "none"}})json",
                                      "the test");
    json["training"]["targets"] = targets;
    return testing::train(testing::training_json(json.dump())).runs.at(0).diverged == 1;
  };
  CHECK(diverges("raw"));
  CHECK_FALSE(diverges("simplex"));
}

TEST_CASE("Trials side by side start from their own weights", "[train][threads]") {
  // Each combination has networks of its own, which are made while others draw their first weights:
  // libtorch has one generator for all of them.
  config::Json json = config::parse(R"json({"schemes": [{"kind": "uncoded"}],
      "model": {"kind": "mlp", "hidden": [32]}, "training": {"steps": 1}})json",
                                    "the test");
  constexpr std::uint32_t kPoints = 40;
  for (std::uint32_t point = 0; point < kPoints; ++point)
    json["sweep"]["/training/learning_rate"].push_back(0.1 + 0.01 * point);
  const std::string text = testing::training_json(json.dump());
  const testing::TrainingStore expected = testing::train(text);

  sweep::Sweep sweep = testing::sweep_of(text);
  const std::vector<PointRecord> points = sweep.points();
  testing::TrainingStore found;
  sweep::Schedule schedule(sweep.plan(), points, found);
  sweep::run_plan_in_jobs(experiment::kinds(), sweep, points, 8, schedule, [](auto) {});
  for (std::uint32_t point = 0; point < kPoints; ++point) {
    CAPTURE(point);
    REQUIRE(found.of(point, 0).size() == 2);
    CHECK(found.of(point, 0).back().test_loss == expected.of(point, 0).back().test_loss);
  }
}

}  // namespace
}  // namespace laggard
