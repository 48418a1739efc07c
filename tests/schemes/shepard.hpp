// The example of src/README, "Adding a scheme": a code with a decoder of its own.
#pragma once

#include <cmath>

#include "math/barycentric.hpp"
#include "schemes/curve.hpp"
#include "schemes/curve/interpolant.hpp"

namespace laggard::schemes {

/// Means of the answers, weighted by distance^-power (Shepard 1968). O(K |F|).
class ShepardDecoder final : public CurveDecoder {
 public:
  explicit ShepardDecoder(double power) : power_(power) {}

  Matrix matrix(const CurveNodes& nodes) const override {
    Matrix weights(nodes.targets.size(), nodes.places.size());
    for (Index k = 0; k < weights.rows(); ++k) {
      for (Index i = 0; i < weights.cols(); ++i) {
        const double distance = nodes.targets[std::size_t(k)] - nodes.places[std::size_t(i)];
        weights(k, i) = std::abs(distance) + 1e-12;
      }
      weights.row(k) = (weights.row(k) / weights.row(k).minCoeff()).array().pow(-power_);
      weights.row(k) /= weights.row(k).sum();
    }
    return weights;
  }

 private:
  double power_;
};

class Shepard final : public CurveScheme {
 public:
  struct Config : CurveConfig {
    double power = 4.0;

    void fields(Fields& fields) {
      CurveConfig::fields(fields);
      fields.number({"power", "how fast the weight of an answer falls with its distance"}, power,
                    kPositive);
    }
  };

  Shepard(Config config, const CodeContext& context)
      : CurveScheme(config, context,
                    {std::make_unique<Interpolant>(math::berrut_matrix),
                     std::make_unique<ShepardDecoder>(config.power)}) {}
};

}  // namespace laggard::schemes
