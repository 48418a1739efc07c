// The GCV score for many knots.
#pragma once

#include <span>
#include <vector>

#include "core/types.hpp"
#include "math/spline_criterion.hpp"

namespace laggard::math {

/// The score of gcv.hpp from the filter of spline_filter.hpp, for knots and lambdas at which
/// Reinsch's system has lost its digits. With u_i = (y - H y)_i / (n lambda v_i) from the filter's
/// innovations and its backward recursion (de Jong, Biometrika 75, 1988),
///   V(lambda) = n sum_i v_i u_i^2 / (sum_i v_i / (p_i + n lambda v_i))^2,
/// where p_i is the variance of g(t_i) given all values but y_i: S_ii = 1 / (p_i + n lambda v_i).
class StateSpaceGcvScore {
 public:
  /// Knots ascend, n >= 3, and must outlive the score; values are n x m.
  StateSpaceGcvScore(std::span<const double> knots, MatrixView values,
                     SplineCriterion criterion = SplineCriterion::kGcv,
                     const Variances& variances = {});

  double operator()(double lambda) const;
  std::vector<double> operator()(std::span<const double> lambdas) const;

 private:
  std::span<const double> knots_;
  SplineCriterion criterion_;
  Variances variances_;
  std::vector<double> packed_;  // the values in blocks of columns, each block row by row
  std::size_t blocks_ = 0;
};

}  // namespace laggard::math
