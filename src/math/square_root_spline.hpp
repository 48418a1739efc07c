// Quintic smoothing splines by orthogonal transformations, in O(n), for many knots or heavy
// smoothing.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "core/types.hpp"
#include "math/variances.hpp"

namespace laggard::math {

/// The natural quintic smoothing spline as the mean of Wahba's model (J. R. Stat. Soc. B 40, 1978):
/// the state (g, g', g'') moves from point to point by Taylor's formula plus noise of covariance
/// V(h), and a knot observes g with variance n lambda v_i. All that together is one least-squares
/// problem with two blocks of three columns per step; Householder reflections of 7 x 6 matrices
/// make it triangular (Paige & Saunders, SIAM J. Numer. Anal. 14, 1977). Normal equations would
/// square its condition, which is what ends the reach of Reinsch's form.
class SquareRootSpline {
 public:
  /// `knots` ascend strictly, n >= 3; lambda > 0.
  SquareRootSpline(std::span<const double> knots, double lambda, const Variances& variances = {});

  /// T x n matrix that maps values at the knots to the spline at the targets. O((T + 1) (n + T)).
  Matrix operator_matrix(std::span<const double> targets) const;
  Matrix evaluate(MatrixView values, std::span<const double> targets) const;

  /// What is left of the values at the knots, and its share of each one's own value, 1 - h_i.
  struct Residual {
    Matrix values;
    std::vector<double> share;
  };
  Residual residual(MatrixView values) const;

 private:
  std::vector<double> knots_;
  std::vector<double> deviations_;  // sqrt(n lambda v_i)
};

}  // namespace laggard::math
