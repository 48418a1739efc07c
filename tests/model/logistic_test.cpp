#include "model/logistic.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "random_matrix.hpp"

namespace laggard::model {
namespace {

using testing::normal_matrix;

TEST_CASE("The gradient of logistic regression is that of its loss", "[logistic][reference]") {
  Logistic model({}, {{{5}}, 3});
  REQUIRE(model.parameters() == 18);
  Stream stream({1, Purpose::kData, 0, 0});
  const Matrix inputs = normal_matrix(stream, 4, 5),
               targets = normal_matrix(stream, 4, 3);  // of any sign
  std::vector<double> weights(18), gradient(18), unused(18);
  fill_standard_normal(stream, weights);
  const std::vector<double> shares{0.5, 0.25, 1.0, -0.25};
  const WeightedRows rows{rows_of(inputs, 0, 4), rows_of(targets, 0, 4), shares};
  const double loss = model.gradient(weights, rows, gradient);
  double slow = 0.0;
  for (Index row = 0; row < 4; ++row) {
    Vector z(3);
    for (Index c = 0; c < 3; ++c) {
      z[c] = weights[static_cast<std::size_t>(15 + c)];
      for (Index j = 0; j < 5; ++j)
        z[c] += weights[static_cast<std::size_t>(5 * c + j)] * inputs(row, j);
    }
    const double sum = std::log(z.array().exp().sum());
    for (Index c = 0; c < 3; ++c)
      slow -= shares[static_cast<std::size_t>(row)] * targets(row, c) * (z[c] - sum);
  }
  CHECK(loss == Approx(slow));
  for (std::size_t i = 0; i < 18; ++i) {
    constexpr double kStep = 1e-6;
    const double value = weights[i];
    weights[i] = value + kStep;
    const double above = model.gradient(weights, rows, unused);
    weights[i] = value - kStep;
    const double below = model.gradient(weights, rows, unused);
    weights[i] = value;
    CHECK(gradient[i] == Approx((above - below) / (2 * kStep)).margin(1e-8));
  }
}

TEST_CASE("Outputs of any size have a finite loss", "[logistic]") {
  Matrix outputs(2, 3);
  outputs << 1000.0, 0.0, -1000.0, -5000.0, -5000.0, -5000.0;
  log_softmax(outputs);
  CHECK(outputs(0, 0) == 0.0);
  CHECK(outputs(0, 2) == -2000.0);
  CHECK(outputs(1, 1) == Approx(-std::log(3.0)));
}

TEST_CASE("Assessment counts right rows and adds losses up", "[logistic]") {
  Logistic model({}, {{{2}}, 2});
  const std::vector<double> weights{1.0, 0.0, 0.0, 1.0, 0.0, 0.0};  // the larger coordinate
  Matrix inputs(3, 2);
  inputs << 2.0, 1.0, 0.0, 3.0, 5.0, 4.0;
  const std::vector<std::int32_t> labels{0, 1, 1};
  const Assessed found = model.assess(weights, rows_of(inputs, 0, 3), labels);
  CHECK(found.correct == 2);
  CHECK(found.loss == Approx(std::log1p(std::exp(-1.0)) + std::log1p(std::exp(-3.0)) +
                             std::log1p(std::exp(1.0))));
}

}  // namespace
}  // namespace laggard::model
