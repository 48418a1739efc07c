// Generalised cross-validation: the smoothing parameter from the data alone.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/types.hpp"
#include "math/spline_criterion.hpp"
#include "math/spline_system.hpp"

namespace laggard::math {

/// The GCV score of the natural smoothing spline of order 2 (cubic) or 3 (quintic), shared by all
/// coordinates of the values (Craven & Wahba, Numer. Math. 31, 1979):
///   V(lambda) = n RSS(lambda) / (n - tr H(lambda))^2.
/// RSS = sum_i r_i^2 / v_i = (n lambda)^2 sum_i v_i (Q gamma)_i^2 and n - tr H = n lambda
/// tr(Q^T diag(v) Q A^{-1}), the latter from the central
/// bands of the inverse; in this form nothing cancels as lambda -> 0. One evaluation costs O(n m):
/// one pass over the data in blocks of columns that stay in cache.
///
/// kLeaveOneOut is the sum over the inner knots of |y_i - g_{-i}(t_i)|^2 / v_i, where g_{-i} knows
/// all values but y_i at the same n lambda. With S = Q A^{-1} Q^T that is (S y)_i / S_ii for every
/// lambda, 0 included, and S_ii comes from the same bands. At the two ends it would be
/// extrapolation.
template <int kOrder>
class GcvScore {
 public:
  /// Knots ascend, n >= 3; values are n x m.
  GcvScore(std::span<const double> knots, MatrixView values,
           SplineCriterion criterion = SplineCriterion::kGcv, const Variances& variances = {});

  /// lambda > 0.
  double operator()(double lambda) const;

  /// Of several at once, which reads the values only once.
  std::vector<double> operator()(std::span<const double> lambdas) const;

 private:
  struct Recurrence;

  double block_curvature(const Recurrence& factor, std::size_t block,
                         std::vector<double>& forward) const;

  SplineCriterion criterion_;
  Variances variances_;
  SplineSystem<kOrder> system_;
  std::array<std::vector<double>, kOrder + 1> q_;  // of system_, padded with zeros
  Bands<kOrder> q_gram_;                           // Q^T diag(v) Q
  std::vector<double> packed_;  // Q^T y in blocks of columns, each block row by row
  std::size_t blocks_ = 0;
};

/// 14 values from 1e-6 n^-4 to 10, evenly by their logarithms, for cubic splines (order 2), and the
/// powers 3/2 of these for quintic ones: from interpolation to the least-squares line or parabola.
std::vector<double> lambda_grid(double n, int order);

/// The lambda that minimises the GCV score: the best of lambda_grid(), then golden-section search
/// around it to 5 % in lambda. Reinsch's form scores cubic splines up to 2000 knots, where its
/// worst error (2e-5 at lambda = 10) moves no minimum, and quintic ones up to lambda n^6 = 1e12. 0
/// for fewer knots than a line or a parabola leaves free, or values without a finite score.
double gcv_lambda(std::span<const double> knots, MatrixView values,
                  Penalty penalty = Penalty::kSeminorm, const Variances& variances = {});

/// The same for the criterion of leaving one value out.
double loo_lambda(std::span<const double> knots, MatrixView values,
                  Penalty penalty = Penalty::kSeminorm, const Variances& variances = {});

}  // namespace laggard::math
