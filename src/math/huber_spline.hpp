// Smoothing splines with Huber's loss in place of squares.
#pragma once

#include <span>

#include "core/types.hpp"

namespace laggard::math {

/// Minimises sum_i rho(|y_i - g(t_i)|) / n + lambda int |g''|^2 with Huber's rho, which grows
/// linearly beyond kHuberTurn times the scale. The scale is the median size of the residuals over
/// 0.6745, anew in each step. The size is over all coordinates: an answer is bent as a whole.
///
/// By pseudo-values (Huber 1981): z = g + psi(y - g) replaces y, and the spline through z is the
/// next g. `steps` banded solves, O(n m) each. lambda > 0: with 0, nothing is left to clip.
struct HuberSpline {
  Matrix pseudo_values;  ///< n x m; the spline through them is the fit
  Vector excess;  ///< size of each residual over kHuberTurn times the scale; above 1: clipped
};

inline constexpr double kHuberTurn = 1.345;

/// Knots ascend, n >= 3.
HuberSpline fit_huber(std::span<const double> knots, MatrixView values, double lambda,
                      int steps = 30);

}  // namespace laggard::math
