// The decoder that knows nothing of the curve.
#pragma once

#include "schemes/curve/parts.hpp"

namespace laggard::schemes {

/// Kriging in the space of the inputs, from the coded inputs that were answered
/// (math/kriging.hpp).
class KrigingDecoder final : public CurveDecoder {
 public:
  /// Errors: Inapplicable for too many workers.
  explicit KrigingDecoder(const CodeContext& context);

  Matrix matrix(const CurveNodes& nodes) const override;
  bool needs_inputs() const override { return true; }
  void place(Matrix data, Matrix coded) override;
  double square_matrices() const override { return 2.0; }  // distances and covariances
  /// |F|^3 / 3 + 2 K |F|^2 for the factors and 2 K^2 d for the places.
  void add_cost(const CodecSizes& sizes, CodecCost& cost) const override;

 private:
  Matrix data_, coded_;
};

}  // namespace laggard::schemes
