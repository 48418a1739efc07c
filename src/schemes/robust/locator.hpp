// What the decoders share that reject single answers.
#pragma once

#include "schemes/robust/robust_decoder.hpp"

namespace laggard::schemes {

/// Finds answers to reject; the others go to the scheme's own decoder. Answers that are no finite
/// numbers, or 1e12 times as large as the median one, are rejected before: beside these the others
/// vanish in rounding, and their squares may overflow. If fewer are left than locating takes, all
/// data points are lost: whoever cannot tell lies from answers has no estimate.
class Locator : public RobustDecoder {
 public:
  Decoded decode(const CurveAnswers& answers, const PlainDecoder& plain) const final;
  std::string conflict(const CodeSizes& sizes) const final;

 protected:
  /// B, the number of liars that are expected at most.
  explicit Locator(std::uint32_t adversaries) : adversaries_(adversaries) {}

  /// Answers that locating so many liars takes.
  virtual std::size_t least_answers(std::size_t data_points, std::size_t liars) const = 0;

  /// Rows to reject, ascending, for at most so many liars, one or more. All answers are finite, and
  /// enough.
  virtual std::vector<Index> locate(const CurveAnswers& answers, std::size_t liars) const = 0;

 private:
  std::uint32_t adversaries_;
};

/// The member "adversaries" of every robust decoder.
void adversaries_field(Fields& fields, std::uint32_t& adversaries);

}  // namespace laggard::schemes
