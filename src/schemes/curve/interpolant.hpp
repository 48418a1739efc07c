// Encoders that pass through the data and have no parameter.
#pragma once

#include "schemes/curve/parts.hpp"

namespace laggard::schemes {

/// Applies a matrix that maps values at the nodes to a curve at the targets: O(N K).
class Interpolant final : public CurveEncoder {
 public:
  using Curve = Matrix (*)(std::span<const double> targets, std::span<const double> nodes);

  explicit Interpolant(Curve curve) : curve_(curve) {}

  Matrix matrix(const CurvePoints& points, double /*lambda*/) const override {
    return curve_(points.beta, points.alpha);
  }

 private:
  Curve curve_;
};

}  // namespace laggard::schemes
