// Natural splines that do not know one of their values.
#pragma once

#include <vector>

#include "math/spline_system.hpp"

namespace laggard::math {

/// What leaving a value out takes for all of them at once, from one factorisation.
struct LeftOut {
  Matrix residual;          ///< S y
  std::vector<double> own;  ///< S_ii

  /// y_i - g_{-i}(t_i), where g_{-i} knows all values but y_i at the same n lambda. Without value i
  /// the spline is the one of the other values and g_{-i}(t_i).
  Matrix errors() const {
    Matrix result = residual;
    for (Index i = 0; i < result.rows(); ++i) result.row(i) /= own[static_cast<std::size_t>(i)];
    return result;
  }
};

/// `weight` is n lambda, 0 included, and `bent` Q^T y. O(n m). More values than a line or a
/// parabola has free.
template <int kOrder>
LeftOut leave_out(const SplineSystem<kOrder>& system, double weight, Matrix bent,
                  const Variances& variances = {}) {
  const BandedFactor<kOrder> factor(system.regularised(weight, variances));
  factor.solve(bent);
  return {system.q_times(bent), system.residual_diagonal(factor.inverse_bands())};
}

/// The errors of interpolating splines (kSeminorm or kThird). More values than kOrder + 1.
Matrix interpolation_errors(std::span<const double> knots, MatrixView values, Penalty penalty);

}  // namespace laggard::math
