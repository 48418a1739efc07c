// Huber's loss in place of squares.
#pragma once

#include "schemes/robust/robust_decoder.hpp"

namespace laggard::schemes {

/// The smoothing spline of Huber's loss (math/huber_spline.hpp) decodes in place of the scheme's
/// decoder. `lambda` is a number above 0, or "gcv": by the pseudo-values, anew after each fit. It
/// bends every answer that misses the curve; those are reported as rejected, at most B, that
/// count less than half.
class Huber final : public RobustDecoder {
 public:
  struct Config {
    std::uint32_t adversaries = 1;
    NumberOrRule lambda{1e-4, ""};

    void fields(Fields& fields);
  };

  explicit Huber(Config config) : config_(std::move(config)) {}

  Decoded decode(const CurveAnswers& answers, const PlainDecoder& plain) const override;

 private:
  Config config_;
};

}  // namespace laggard::schemes
