// What the decoders share that reject single answers.
#pragma once

#include "schemes/robust/robust_decoder.hpp"

namespace laggard::schemes {

/// Finds answers to reject; the others go to the scheme's own decoder. Answers that are no finite
/// numbers are rejected before. If fewer are left than locating takes, all data points are lost:
/// whoever cannot tell lies from answers has no estimate.
class Locator : public RobustDecoder {
 public:
  Decoded decode(const CurveAnswers& answers, const PlainDecoder& plain) const final;
  std::string conflict(const CodeSizes& sizes) const final;

 protected:
  /// B, the number of liars that are expected at most.
  explicit Locator(std::uint32_t adversaries) : adversaries_(adversaries) {}

  std::size_t adversaries() const { return adversaries_; }

  /// Answers that locating takes.
  virtual std::size_t least_answers(std::size_t data_points) const = 0;

  /// Rows to reject, ascending. All answers are finite, and enough.
  virtual std::vector<Index> locate(const CurveAnswers& answers) const = 0;

 private:
  std::uint32_t adversaries_;
};

/// The member "adversaries" of every robust decoder.
void adversaries_field(Fields& fields, std::uint32_t& adversaries);

}  // namespace laggard::schemes
