#include "model/logistic.hpp"

#include <cmath>

namespace laggard::model {

void log_softmax(Matrix& outputs) {
  for (Index row = 0; row < outputs.rows(); ++row) {
    auto values = outputs.row(row);
    const double largest = values.maxCoeff();
    const double sum = (values.array() - largest).exp().sum();
    values.array() -= largest + std::log(sum);
  }
}

Logistic::Logistic(Config, const GradientModelContext& context)
    : inputs_(context.input.size()), classes_(context.classes) {}

std::size_t Logistic::parameters() const {
  return static_cast<std::size_t>(classes_ * (inputs_ + 1));
}

std::vector<double> Logistic::initial_weights(std::uint64_t) const {
  return std::vector<double>(parameters(), 0.0);
}

Matrix Logistic::outputs(std::span<const double> weights, MatrixView inputs) const {
  // A copy always lies alike in memory, so that the sums have the same bits.
  const Matrix w = MatrixView(weights.data(), classes_, inputs_);
  const Eigen::Map<const Eigen::RowVectorXd> c(weights.data() + classes_ * inputs_, classes_);
  Matrix outputs = inputs * w.transpose();
  outputs.rowwise() += c;
  return outputs;
}

double Logistic::gradient(std::span<const double> weights, const WeightedRows& rows,
                          std::span<double> gradient) {
  Matrix slopes = outputs(weights, rows.inputs);
  log_softmax(slopes);
  double loss = 0.0;
  for (Index row = 0; row < slopes.rows(); ++row) {
    auto values = slopes.row(row);
    const auto targets = rows.targets.row(row);
    const double weight = rows.weights[static_cast<std::size_t>(row)];
    loss -= weight * targets.dot(values);
    values = weight * (targets.sum() * values.array().exp().matrix() - targets);
  }
  // By way of matrices, for the same reason.
  const Matrix product = slopes.transpose() * rows.inputs;
  const Eigen::RowVectorXd sums = slopes.colwise().sum();
  MatrixSpan(gradient.data(), classes_, inputs_) = product;
  Eigen::Map<Eigen::RowVectorXd>(gradient.data() + product.size(), classes_) = sums;
  return loss;
}

Assessed Logistic::assess(std::span<const double> weights, MatrixView inputs,
                          std::span<const std::int32_t> labels) {
  Matrix found = outputs(weights, inputs);
  log_softmax(found);
  Assessed assessed;
  for (Index row = 0; row < found.rows(); ++row) {
    const std::int32_t label = labels[static_cast<std::size_t>(row)];
    Index best = 0;
    found.row(row).maxCoeff(&best);
    assessed.correct += best == label ? 1 : 0;
    assessed.loss -= found(row, label);
  }
  return assessed;
}

}  // namespace laggard::model
