// More smoothing against more liars.
#pragma once

#include "schemes/robust/robust_decoder.hpp"

namespace laggard::schemes {

/// The smoothing spline with lambda = c max((q / n)^p, n^(-4/5)) decodes in place of the scheme's
/// decoder; q is the number of liars to expect and n that of the answers. The sup norm asks for
/// p = 8/5 and the mean square for 4/3 (Moradi et al. on adversarial nonparametric regression,
/// the sibling of arXiv 2502.08058). It rejects nobody: a liar still moves the curve by as much as
/// the bound allows.
class LambdaRule final : public RobustDecoder {
 public:
  struct Config {
    std::uint32_t adversaries = 1;
    double constant = 1e-3;
    double power = 1.6;

    void fields(Fields& fields);
  };

  explicit LambdaRule(Config config) : config_(config) {}

  Decoded decode(const CurveAnswers& answers, const PlainDecoder& plain) const override;
  bool only_rejects() const override { return false; }
  std::string conflict(const CodeSizes& sizes) const override {
    return too_many_liars(config_.adversaries, sizes);
  }

 private:
  Config config_;
};

}  // namespace laggard::schemes
