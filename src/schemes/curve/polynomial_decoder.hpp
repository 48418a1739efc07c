// Decoders that are polynomials.
#pragma once

#include "math/polynomial_fit.hpp"
#include "schemes/curve/parts.hpp"

namespace laggard::schemes {

/// The polynomial of a degree by least squares, or of the degree that errs least at answers that
/// are left out.
class PolynomialDecoder final : public CurveDecoder {
 public:
  /// A whole number or "loo".
  explicit PolynomialDecoder(NumberOrRule degree) : degree_(std::move(degree)) {}

  Matrix matrix(const CurveNodes& nodes) const override;
  bool needs_answers() const override { return degree_.is("loo"); }
  DecoderMatrix matrix_for(const CurveNodes& nodes, MatrixView answers) const override;
  Decoded decode(const CurveNodes& nodes, MatrixView answers) const override;
  std::vector<Tunable> tunables() const override;

 private:
  static math::PolynomialFit fit(const CurveNodes& nodes, std::size_t largest);
  /// Of the degrees that are of interest.
  math::PolynomialFit fit(const CurveNodes& nodes) const;
  std::size_t degree_of(const math::PolynomialFit& fit, MatrixView answers) const;

  NumberOrRule degree_;
};

/// The polynomial through T answers, taken evenly by rank of those that are there, or through all
/// of them if they are fewer or T = 0. O(T^2 + K T).
class LagrangeDecoder final : public CurveDecoder {
 public:
  explicit LagrangeDecoder(std::size_t threshold) : threshold_(threshold) {}

  Matrix matrix(const CurveNodes& nodes) const override;

  /// Of so many answers.
  static std::size_t used_of(std::size_t available, std::size_t threshold);

 private:
  std::size_t threshold_;  // T
};

}  // namespace laggard::schemes
