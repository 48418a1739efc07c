// Cubic smoothing splines as linear operators, in O(n).
#pragma once

#include <span>
#include <vector>

#include "core/types.hpp"
#include "math/pentadiagonal.hpp"

namespace laggard::math {

/// What the fit is penalised by.
enum class Penalty {
  kSeminorm,  ///< lambda int g''^2: the natural smoothing spline, linear beyond the outer knots
  kNorm       ///< lambda (int_{-1}^1 g''^2 + g(-1)^2 + g'(-1)^2): the full norm of H^2[-1, 1]
};

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

/// The minimiser of (1/n) sum_i |g(t_i) - y_i|^2 + lambda * penalty(g) over H^2[-1, 1] for vector
/// values y_i in R^m, coordinate by coordinate:
///   (R + Q^T D Q) gamma = Q^T y,   g = y - D Q gamma,   D = n lambda I.
///
/// Setting up costs one pentadiagonal LDL^T, O(n). lambda = 0 interpolates (with the least
/// penalty); lambda -> infinity tends to the least-squares line (seminorm) or to 0 (norm). One
/// knot gives a constant, two a line (seminorm). SciPy's make_smoothing_spline has lam = n lambda.
/// Failure mode: the matrix is graded by the knots' gaps, and where the data hardly bend the spline,
/// g = y - D Q gamma cancels. Against 40 digits at n = 2000 Chebyshev knots the seminorm's operator
/// errs by 1e-16 (lambda = 0), 1e-11 (1e-6) and 1e-9 (1); the norm's by 1e-10 for n = 60, but by
/// 1e-8 and more for n >= 500 with lambda >= 1e-3.
class SmoothingSpline {
 public:
  /// `knots` ascend strictly within [-1, 1], n >= 1 (kNorm: knots.front() > -1); lambda >= 0.
  SmoothingSpline(std::span<const double> knots, double lambda, Penalty penalty);

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
