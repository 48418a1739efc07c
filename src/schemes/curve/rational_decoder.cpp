#include "schemes/curve/rational_decoder.hpp"

#include <algorithm>

#include "math/barycentric.hpp"
#include "schemes/curve/degree.hpp"

namespace laggard::schemes {

Matrix BerrutDecoder::matrix(const CurveNodes& nodes) const {
  std::vector<double> weights = math::berrut_weights(nodes.places.size());
  if (signs_ == Signs::kOfWorkers)
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights[i] = nodes.workers[i] % 2 == 0 ? 1.0 : -1.0;
  return math::barycentric_matrix(nodes.targets, nodes.places, weights);
}

namespace {

Matrix of_degree(const CurveNodes& nodes, std::size_t degree) {
  return math::barycentric_matrix(nodes.targets, nodes.places,
                                  math::floater_hormann_weights(nodes.places, degree));
}

}  // namespace

Matrix FloaterHormannDecoder::matrix(const CurveNodes& nodes) const {
  return of_degree(nodes, known_degree(degree_));
}

DecoderMatrix FloaterHormannDecoder::matrix_for(const CurveNodes& nodes, MatrixView answers) const {
  const std::size_t degree =
      needs_answers() ? math::floater_hormann_degree(nodes.places, answers) : known_degree(degree_);
  return {of_degree(nodes, degree), kNaN,
          static_cast<double>(std::min(degree, nodes.places.size() - 1))};
}

std::vector<Tunable> FloaterHormannDecoder::tunables() const {
  return {{"degree", Tunable::Scale::kWhole, 0.0, static_cast<double>(math::kLargestBlend)}};
}

void FloaterHormannDecoder::add_cost(const CodecSizes& sizes, CodecCost& cost) const {
  if (needs_answers()) cost.decode += sizes.received * sizes.received * sizes.outputs;
}

}  // namespace laggard::schemes
