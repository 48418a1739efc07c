// The decoder that the answers choose.
#pragma once

#include "math/decoder_choice.hpp"
#include "schemes/curve/parts.hpp"

namespace laggard::schemes {

/// See math/decoder_choice.hpp.
class ChosenDecoder final : public CurveDecoder {
 public:
  explicit ChosenDecoder(math::Caution caution) : caution_(caution) {}

  /// Errors: NeedsData always.
  Matrix matrix(const CurveNodes& nodes) const override;
  bool needs_answers() const override { return true; }
  DecoderMatrix matrix_for(const CurveNodes& nodes, MatrixView answers) const override;
  double square_matrices() const override { return 1.0; }  // answers from the others
  void add_cost(const CodecSizes& sizes, CodecCost& cost) const override;

 private:
  math::Caution caution_;
};

}  // namespace laggard::schemes
