// No defence.
#pragma once

#include "schemes/robust/robust_decoder.hpp"

namespace laggard::schemes {

class Trusting final : public RobustDecoder {
 public:
  using Config = NoParameters;

  explicit Trusting(Config) {}

  Decoded decode(const CurveAnswers& answers, const PlainDecoder& plain) const override {
    return plain(answers.results, answers.workers);
  }
};

}  // namespace laggard::schemes
