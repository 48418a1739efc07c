#include "schemes/curve/chosen_decoder.hpp"

namespace laggard::schemes {

Matrix ChosenDecoder::matrix(const CurveNodes&) const {
  throw NeedsData("decoder is 'auto'", "the matrix depends on the data of each trial",
                  "choose another");
}

DecoderMatrix ChosenDecoder::matrix_for(const CurveNodes& nodes, MatrixView answers) const {
  math::DecoderChoice choice = math::choose_decoder(nodes.targets, nodes.places, answers, caution_);
  const bool smooths = choice.kind == DecoderKind::kSpline || choice.kind == DecoderKind::kQuintic;
  const bool has_degree = choice.kind == DecoderKind::kPolynomial;
  return {std::move(choice.matrix), smooths ? choice.parameter : kNaN,
          has_degree ? choice.parameter : kNaN, choice.kind};
}

void ChosenDecoder::add_cost(const CodecSizes& sizes, CodecCost& cost) const {
  cost.decode += sizes.received * sizes.received * sizes.outputs;
}

}  // namespace laggard::schemes
