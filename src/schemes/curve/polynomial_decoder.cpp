#include "schemes/curve/polynomial_decoder.hpp"

#include <algorithm>

#include "math/barycentric.hpp"
#include "math/polynomial_fit.hpp"
#include "schemes/curve/degree.hpp"

namespace laggard::schemes {
namespace {

/// Beyond it, the degrees that leaving out looks at cost time and gain nothing.
constexpr std::size_t kLargestLooDegree = 120;

}  // namespace

Matrix PolynomialDecoder::matrix(const CurveNodes& nodes) const {
  const std::size_t degree = known_degree(degree_);
  return math::PolynomialFit(nodes.targets, nodes.places, degree).matrix(degree);
}

DecoderMatrix PolynomialDecoder::matrix_for(const CurveNodes& nodes, MatrixView answers) const {
  if (!needs_answers()) return {matrix(nodes)};
  const math::PolynomialFit fit(nodes.targets, nodes.places, kLargestLooDegree);
  return {fit.matrix(fit.degree_by_leaving_out(answers))};
}

Decoded PolynomialDecoder::decode(const CurveNodes& nodes, MatrixView answers) const {
  const std::size_t largest = needs_answers() ? kLargestLooDegree : known_degree(degree_);
  const math::PolynomialFit fit(nodes.targets, nodes.places, largest);
  return {fit.evaluate(answers, needs_answers() ? fit.degree_by_leaving_out(answers) : largest), 0,
          kNaN};
}

std::size_t LagrangeDecoder::used_of(std::size_t available, std::size_t threshold) {
  return threshold > 0 ? std::min(threshold, available) : available;
}

Matrix LagrangeDecoder::matrix(const CurveNodes& nodes) const {
  const std::size_t available = nodes.places.size(), used = used_of(available, threshold_);
  if (used == available) return math::lagrange_matrix(nodes.targets, nodes.places);
  std::vector<std::size_t> columns(used);
  std::vector<double> places(used);
  for (std::size_t i = 0; i < used; ++i) {
    // Evenly by rank, both ends included; (available - 1) >= (used - 1) keeps them distinct.
    columns[i] = used == 1 ? available / 2 : (i * (available - 1) + (used - 1) / 2) / (used - 1);
    places[i] = nodes.places[columns[i]];
  }
  const Matrix compact = math::lagrange_matrix(nodes.targets, places);
  Matrix decoder = Matrix::Zero(compact.rows(), static_cast<Index>(available));
  for (std::size_t i = 0; i < used; ++i)
    decoder.col(static_cast<Index>(columns[i])) = compact.col(static_cast<Index>(i));
  return decoder;
}

}  // namespace laggard::schemes
