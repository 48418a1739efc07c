// Huber's loss in place of squares.
#pragma once

#include "schemes/robust/robust_decoder.hpp"

namespace laggard::schemes {

/// The smoothing spline of Huber's loss (math/huber_spline.hpp) decodes in place of the scheme's
/// decoder. `lambda` is a number above 0, or "median": the least median error of answers that are
/// left out one at a time, or "gcv": by the pseudo-values, anew after each fit, which lets large
/// lies pull it down. No number suits every f: 1e-4 smooths x sin x on 100 points away.
/// It bends every answer that misses the curve; those are reported as rejected, at most B, that
/// count less than half.
class Huber final : public RobustDecoder {
 public:
  struct Config {
    std::uint32_t adversaries = 1;
    NumberOrRule lambda{0.0, "median"};

    void fields(Fields& fields);
  };

  explicit Huber(Config config) : config_(std::move(config)) {}

  Decoded decode(const CurveAnswers& answers, const PlainDecoder& plain) const override;
  bool only_rejects() const override { return false; }
  std::string conflict(const CodeSizes& sizes) const override {
    return too_many_liars(config_.adversaries, sizes);
  }

 private:
  Config config_;
};

}  // namespace laggard::schemes
