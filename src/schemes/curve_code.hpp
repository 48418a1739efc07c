// A curve code whose points, encoder and decoder are chosen one by one.
#pragma once

#include "schemes/curve.hpp"
#include "schemes/curve/spline.hpp"

namespace laggard::schemes {

/// What the published curve codes are made of, and three things that they have not:
///  - alpha "chord": the data sit on [-1, 1] in proportion to the lengths of the steps between them
///    to the power `alpha_power`. Sorted scalars are then a straight line (power 1), and decoding
///    interpolates f itself;
///  - beta "systematic": every data point has a worker of its own, the other workers divide the
///    longest steps. What arrives of the data is exact;
///  - decoder "kriging": estimates from the coded inputs that were answered, by their distances in
///    the space of the inputs (math/kriging.hpp); it knows nothing of the curve.
/// Where the noise of the workers differs, and is known, weights "variance" count their answers by
/// the inverse of its variance.
/// bacc is {berrut, berrut} and nercc {spline, spline} at the points that are the defaults here.
/// letcc has an encoder of its own, the spline of the full norm, and lcc a decoder, the polynomial
/// through as many answers as f asks for.
///
/// Points by chord, systematic points and kriging depend on the data: for_data() gives the code of
/// a trial, O(K d) for the points and O(K^2 d) for kriging's distances.
class CurveCode final : public CurveScheme {
 public:
  struct Config : CurveConfig {
    std::string alpha = "chebyshev";
    NumberOrRule alpha_power{0.5, ""};
    std::string encoder = "spline";
    std::string decoder = "spline";
    NumberOrRule lambda_encode{0.0, ""};
    NumberOrRule lambda_decode{0.0, ""};
    NumberOrRule degree{0.0, "loo"};
    std::string caution = "balanced";
    std::string weights = "none";

    void fields(Fields& fields);
  };

  /// Errors: ConfigError for parts that do not fit, Inapplicable.
  CurveCode(Config config, const CodeContext& context);

  std::unique_ptr<Scheme> for_data(const Matrix& data) const override;
  std::vector<Tunable> tunables() const override;
  Caveat caveat(const Survivors& survivors) const override;

 private:
  CurveCode(Config config, const CodeContext& context, const Matrix* data);

  Config config_;
};

}  // namespace laggard::schemes
