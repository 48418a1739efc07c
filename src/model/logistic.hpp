// Multinomial logistic regression, without libtorch.
#pragma once

#include "model/gradient_model.hpp"

namespace laggard::model {

/// p = softmax(W x + c), W m x d, followed by c in the vector of weights. It starts at 0, from
/// where gradient descent finds the minimum of the convex loss. A pass over B rows costs 4 B m d
/// operations.
class Logistic final : public GradientModel {
 public:
  using Config = NoParameters;

  Logistic(Config config, const GradientModelContext& context);

  std::size_t parameters() const override;
  std::vector<double> initial_weights(std::uint64_t seed) const override;
  double gradient(std::span<const double> weights, const WeightedRows& rows,
                  std::span<double> gradient) override;
  Assessed assess(std::span<const double> weights, MatrixView inputs,
                  std::span<const std::int32_t> labels) override;

 private:
  /// B x m.
  Matrix outputs(std::span<const double> weights, MatrixView inputs) const;

  Index inputs_, classes_;
};

/// Replaces each row of outputs by the logarithms of its softmax; no row overflows.
void log_softmax(Matrix& outputs);

}  // namespace laggard::model
