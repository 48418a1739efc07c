// Learning-theoretic coded computing, the Sobolev-optimal scheme.
#pragma once

#include "schemes/curve.hpp"
#include "schemes/curve/spline.hpp"

namespace laggard::schemes {

/// LeTCC (NeurIPS 2024, arXiv 2406.00300). Decoder: the smoothing spline. Encoder: the kernel ridge
/// solution in H^2[-1, 1], with the full norm (kernel 1 + (s+1)(t+1) + a^2 b/2 - a^3/6) or the
/// seminorm, which makes it a smoothing spline too. lambda by number, by the theorems ("theory") or
/// from the data alone ("gcv").
///
/// The defaults interpolate. Theory gives orders for N -> infinity only: it does not know K, on
/// which the size of a feature of f(u_e) depends, and at K = 64, N = 1000 its lambdas cost five
/// digits.
class Letcc final : public CurveScheme {
 public:
  struct Config : CurveConfig {
    std::string penalty = "norm";
    bool centre = true;
    NumberOrRule lambda_encode{0.0, ""};
    NumberOrRule lambda_decode{0.0, ""};
    TheoryConstants theory;

    void fields(Fields& fields);
  };

  Letcc(Config config, const CodeContext& context);
};

}  // namespace laggard::schemes
