#include "schemes/curve/polynomial_decoder.hpp"

#include <algorithm>

#include "math/barycentric.hpp"
#include "schemes/curve/degree.hpp"

namespace laggard::schemes {
namespace {

/// Beyond it, the degrees that leaving out looks at cost time and gain nothing.
constexpr std::size_t kLargestLooDegree = 120;

}  // namespace

math::PolynomialFit PolynomialDecoder::fit(const CurveNodes& nodes, std::size_t largest) {
  return {nodes.targets, nodes.places, largest, nodes.variances};
}

math::PolynomialFit PolynomialDecoder::fit(const CurveNodes& nodes) const {
  return fit(nodes, needs_answers() ? kLargestLooDegree : known_degree(degree_));
}

Matrix PolynomialDecoder::matrix(const CurveNodes& nodes) const {
  const math::PolynomialFit polynomials = fit(nodes, known_degree(degree_));
  return polynomials.matrix(polynomials.largest());
}

std::size_t PolynomialDecoder::degree_of(const math::PolynomialFit& fit, MatrixView answers) const {
  return needs_answers() ? fit.degree_by_leaving_out(answers) : fit.largest();
}

DecoderMatrix PolynomialDecoder::matrix_for(const CurveNodes& nodes, MatrixView answers) const {
  const math::PolynomialFit polynomials = fit(nodes);
  const std::size_t degree = degree_of(polynomials, answers);
  return {polynomials.matrix(degree), kNaN, static_cast<double>(degree)};
}

Decoded PolynomialDecoder::decode(const CurveNodes& nodes, MatrixView answers) const {
  const math::PolynomialFit polynomials = fit(nodes);
  const std::size_t degree = degree_of(polynomials, answers);
  Decoded decoded{polynomials.evaluate(answers, degree), 0, kNaN};
  decoded.degree = static_cast<double>(degree);
  return decoded;
}

std::vector<Tunable> PolynomialDecoder::tunables() const {
  return {{"degree", Tunable::Scale::kWhole, 0.0, static_cast<double>(kLargestLooDegree)}};
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
