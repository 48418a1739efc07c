// Cubic and quintic smoothing splines by Reinsch's banded system, in O(n).
#pragma once

#include <span>

#include "core/types.hpp"
#include "math/banded.hpp"
#include "math/spline_penalty.hpp"
#include "math/spline_system.hpp"

namespace laggard::math {

/// The minimiser of smoothing_spline.hpp as
///   (R + Q^T D Q) gamma = Q^T y,   g = y - D Q gamma,   D = n lambda diag(v_i),
/// of order 2 (cubic) or 3 (quintic). At a target, m neighbouring values of g give a polynomial and
/// gamma the rest, by Peano's form of a divided difference.
///
/// Setting up costs one banded LDL^T, O(n). Failure mode: the condition of the matrix grows like
/// lambda n^(2 m), and where the data hardly bend the spline, g = y - D Q gamma cancels. Against 34
/// digits the rows of the cubic operator err by 1e-16 for lambda = 0, by 1e-9 for lambda n^4 = 1e7,
/// by 2e-5 for n = 2000 with lambda >= 1, and nothing is left of them for n = 5e4 with lambda =
/// 0.01.
template <int kOrder>
class ReinschSpline {
 public:
  /// As of SmoothingSpline.
  ReinschSpline(std::span<const double> knots, double lambda, Penalty penalty,
                const Variances& variances = {});
  Matrix operator_matrix(std::span<const double> targets) const;
  Matrix evaluate(MatrixView values, std::span<const double> targets) const;

 private:
  double weight(std::size_t value) const {
    return value < system_.pseudo ? 1.0 : weight_ * variances_[value - system_.pseudo];
  }

  double weight_;  // n lambda
  Variances variances_;
  SplineSystem<kOrder> system_;
  BandedFactor<kOrder> factor_;
};

extern template class ReinschSpline<2>;
extern template class ReinschSpline<3>;

}  // namespace laggard::math
