// Cubic smoothing splines as linear operators, in O(n).
#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "core/types.hpp"
#include "math/reinsch_spline.hpp"
#include "math/state_space_spline.hpp"

namespace laggard::math {

/// Reinsch's form serves up to so many knots and as long as lambda n^4 is no larger than
/// `stiffness`: its rows then err by less than 1e-8. Beyond, the state-space form takes over, which
/// holds for every n and lambda.
struct ReinschReach {
  std::uint32_t knots;
  double stiffness;
};
constexpr ReinschReach reinsch_reach(Penalty penalty) {
  return penalty == Penalty::kSeminorm ? ReinschReach{2000, 1e8} : ReinschReach{100, 1e3};
}

/// The minimiser of (1/n) sum_i |g(t_i) - y_i|^2 + lambda * penalty(g) over H^2[-1, 1] for vector
/// values y_i in R^m, coordinate by coordinate.
///
/// lambda = 0 interpolates (with the least penalty); lambda -> infinity tends to the least-squares
/// line (seminorm) or to 0 (norm). One knot gives a constant, two a line (seminorm). SciPy's
/// make_smoothing_spline has lam = n lambda on the same knots.
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
  std::variant<ReinschSpline, StateSpaceSpline> form_;
};

}  // namespace laggard::math
