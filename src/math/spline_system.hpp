// The matrices of Reinsch's form of smoothing splines.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/types.hpp"
#include "math/banded.hpp"
#include "math/spline_penalty.hpp"
#include "math/variances.hpp"

namespace laggard::math {

/// Reinsch's form (Numer. Math. 10, 1967) for the integral of the square of the derivative of
/// order m. Between natural splines that derivative is a combination, with coefficients gamma, of
/// the B-splines N_j of degree m - 1 on the knots t_j..t_{j+m}, whose sum is 1 inside. Column j of
/// Q is the divided difference over these knots times (m - 1)! (t_{j+m} - t_j), such that
///   (Q^T g)_j = int N_j g^(m),   R gamma = Q^T g,   R_ij = int N_i N_j,
/// and g^T (Q R^{-1} Q^T) g is the least penalty through the values g.
///
/// The norm penalty (m = 2) is the same problem with two values more, g'(-1) and g(-1), each
/// observed as 0 with variance 1; gamma(-1) becomes an unknown, whose equation is the clamped end.
template <int kOrder>
struct SplineSystem {
  SplineSystem(std::span<const double> data_knots, Penalty penalty);

  std::vector<double> knots;  ///< ascending; begins with -1 for the norm penalty
  std::size_t pseudo = 0;     ///< values in front of the data: 0 or 2
  std::array<std::vector<double>, kOrder + 1> q;  ///< column c of Q has q[s][c] in row c + s
  Bands<kOrder> gram;                             ///< R

  /// The clamped end has one knot and two values.
  std::size_t values() const { return knots.size() + pseudo / 2; }
  std::size_t unknowns() const { return q[0].size(); }

  /// R + Q^T D Q with D = 1 for the pseudo values and `weight` v_i for the data.
  Bands<kOrder> regularised(double weight, const Variances& variances = {}) const;

  // Products with Q, not for the norm penalty.
  Matrix q_times(const Matrix& gamma) const;
  Matrix q_transposed_times(MatrixView values) const;

  /// The diagonal of S = Q A^{-1} Q^T from the bands of A^{-1}. With S, the value of a spline that
  /// does not know value i at the same weight differs from it by (S y)_i / S_ii.
  std::vector<double> residual_diagonal(const Bands<kOrder>& inverse) const;
};

/// term(kFrom) + ... + term(kTo) as one expression.
template <int kFrom, int kTo, class Term>
auto sum_of(const Term& term) {
  if constexpr (kFrom == kTo)
    return term(std::size_t{kTo});
  else
    return sum_of<kFrom, kTo - 1>(term) + term(std::size_t{kTo});
}

/// The B-spline of degree m - 1 on m + 1 = knots.size() ascending knots, as one of those whose sum
/// is 1. Cox and de Boor's recursion: it adds numbers that are not negative.
double b_spline(std::span<const double> knots, double at);

/// The rule with m nodes, exact for products of two polynomials of degree m - 1.
template <int kOrder, class Function>
double gauss_integral(double from, double to, const Function& function);

extern template struct SplineSystem<2>;
extern template struct SplineSystem<3>;

template <int kOrder, class Function>
double gauss_integral(double from, double to, const Function& function) {
  static_assert(kOrder == 3, "nodes and weights of the rule with three nodes");
  constexpr double kOuter = 0.77459666924148337704;  // sqrt(3 / 5)
  const double middle = 0.5 * (from + to), half = 0.5 * (to - from);
  return half / 9.0 *
         (8.0 * function(middle) +
          5.0 * (function(middle - half * kOuter) + function(middle + half * kOuter)));
}

}  // namespace laggard::math
