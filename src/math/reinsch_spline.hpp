// Cubic smoothing splines by Reinsch's banded system, in O(n).
#pragma once

#include <span>
#include <vector>

#include "core/types.hpp"
#include "math/pentadiagonal.hpp"
#include "math/spline_penalty.hpp"

namespace laggard::math {

/// The matrices of Reinsch's form (Numer. Math. 10, 1967). With second derivatives gamma at the
/// knots, g^T (Q R^{-1} Q^T) g is the least int g''^2 through the values g.
///
/// The norm penalty is the same problem with two values more, g'(-1) and g(-1), each observed as 0
/// with variance 1; gamma(-1) becomes an unknown, whose equation is the clamped end.
struct SplineSystem {
  SplineSystem(std::span<const double> data_knots, Penalty penalty);

  std::vector<double> knots;       ///< ascending; begins with -1 for the norm penalty
  std::size_t pseudo = 0;          ///< values in front of the data: 0 or 2
  std::vector<double> q0, q1, q2;  ///< column c of Q has these in rows c, c + 1, c + 2
  Bands gram;                      ///< R: inner products of the hat functions

  /// The clamped end has one knot and two values.
  std::size_t values() const { return knots.size() + pseudo / 2; }
  std::size_t unknowns() const { return q0.size(); }

  /// R + Q^T D Q with D = 1 for the pseudo values and `weight` for the data.
  Bands regularised(double weight) const;
};

/// The minimiser of smoothing_spline.hpp as
///   (R + Q^T D Q) gamma = Q^T y,   g = y - D Q gamma,   D = n lambda I.
///
/// Setting up costs one pentadiagonal LDL^T, O(n). Failure mode: the condition of the matrix grows
/// like lambda n^4, and where the data hardly bend the spline, g = y - D Q gamma cancels. Against
/// 34 digits the rows of the operator err by 1e-16 for lambda = 0, by 1e-9 for lambda n^4 = 1e7, by
/// 2e-5 for n = 2000 with lambda >= 1, and nothing is left of them for n = 5e4 with lambda = 0.01.
class ReinschSpline {
 public:
  /// `knots` ascend strictly within [-1, 1], n >= 1 (kNorm: knots.front() > -1); lambda >= 0.
  ReinschSpline(std::span<const double> knots, double lambda, Penalty penalty);

  /// T x n matrix that maps values at the knots to the spline at the targets. O((T + 1) n).
  Matrix operator_matrix(std::span<const double> targets) const;

  /// The spline through `values` (n x m) at the targets, T x m, without forming the operator:
  /// O(n m), better than the operator if m < T.
  Matrix evaluate(MatrixView values, std::span<const double> targets) const;

 private:
  struct Reading;

  Reading read_at(double target) const;
  double weight(std::size_t value) const { return value < system_.pseudo ? 1.0 : weight_; }

  double weight_;  // n lambda
  SplineSystem system_;
  Pentadiagonal factor_;
};

}  // namespace laggard::math
