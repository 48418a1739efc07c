// Learning-theoretic coded computing, the Sobolev-optimal scheme.
#pragma once

#include "schemes/spline.hpp"

namespace laggard::schemes {

/// LeTCC (NeurIPS 2024, arXiv 2406.00300). Decoder: the smoothing spline. Encoder: the kernel ridge
/// solution in H^2[-1, 1], with the full norm (kernel 1 + (s+1)(t+1) + a^2 b/2 - a^3/6) or the
/// seminorm, which makes it a smoothing spline too. lambda by number, by the theorems ("theory") or
/// from the data alone ("gcv").
class Letcc final : public SplineScheme {
 public:
  struct Config : CurveConfig {
    std::string penalty = "norm";
    NumberOrRule lambda_encode{0.0, "theory"};
    NumberOrRule lambda_decode{0.0, "theory"};
    TheoryConstants theory;

    void fields(Fields& fields);
  };

  Letcc(Config config, const CodeContext& context);
};

}  // namespace laggard::schemes
