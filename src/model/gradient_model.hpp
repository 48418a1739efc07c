// A model while it is trained by gradients that others add up: weights are a plain vector that
// somebody else owns and changes.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/table.hpp"
#include "core/types.hpp"

namespace laggard::model {

/// Rows to learn from. Targets are shares of the classes, which need not lie between 0 and 1.
struct WeightedRows {
  MatrixView inputs{nullptr, 0, 0};
  MatrixView targets{nullptr, 0, 0};
  std::span<const double> weights;  ///< of the rows' losses
};

struct Assessed {
  double loss = 0.0;  ///< sum of the cross-entropies, in nats
  std::uint32_t correct = 0;
};

/// The loss of a row with targets t is the cross-entropy -sum_c t_c log p_c, where p is the softmax
/// of the model's outputs. Its gradient in the outputs is (sum_c t_c) p - t.
class GradientModel {
 public:
  virtual ~GradientModel() = default;

  /// P
  virtual std::size_t parameters() const = 0;
  virtual std::vector<double> initial_weights(std::uint64_t seed) const = 0;
  /// Writes the gradient of the weighted sum of losses; returns that sum.
  virtual double gradient(std::span<const double> weights, const WeightedRows& rows,
                          std::span<double> gradient) = 0;
  virtual Assessed assess(std::span<const double> weights, MatrixView inputs,
                          std::span<const std::int32_t> labels) = 0;
};

struct GradientModelContext {
  Shape input;
  Index classes = 0;              ///< m
  std::string parameters = "{}";  ///< of the component, as JSON
};

using GradientModelKind = Kind<GradientModel, const GradientModelContext&>;

/// Every model that can be trained so. Batch normalisation is missing on purpose: statistics of
/// coded rows are those of mixtures.
const std::vector<GradientModelKind>& gradient_models();

}  // namespace laggard::model
