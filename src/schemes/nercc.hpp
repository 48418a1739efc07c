// Nested regression coded computing.
#pragma once

#include "schemes/curve.hpp"
#include "schemes/curve/spline.hpp"

namespace laggard::schemes {

/// NeRCC (arXiv 2402.04377): two nested regressions, each a natural smoothing spline with its own
/// smoothing parameter. The pair is tuned jointly on held-out data (`laggard tune`); until then the
/// defaults interpolate, since no fixed lambda suits every K.
class Nercc final : public CurveScheme {
 public:
  struct Config : CurveConfig {
    NumberOrRule lambda_encode{0.0, ""};
    NumberOrRule lambda_decode{0.0, ""};

    void fields(Fields& fields);
  };

  Nercc(Config config, const CodeContext& context);
};

}  // namespace laggard::schemes
