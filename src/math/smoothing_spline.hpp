// Cubic and quintic smoothing splines as linear operators, in O(n).
#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "core/types.hpp"
#include "math/reinsch_spline.hpp"
#include "math/square_root_spline.hpp"
#include "math/state_space_spline.hpp"

namespace laggard::math {

/// Reinsch's form serves up to so many knots and as long as lambda n^(2 m) is no larger than
/// `stiffness`: its rows then err by less than 1e-8. Beyond, forms take over that hold for every n
/// and lambda: by state space for cubic splines, by orthogonal transformations for quintic ones.
struct ReinschReach {
  std::uint32_t knots;
  double stiffness;
};
constexpr ReinschReach reinsch_reach(Penalty penalty) {
  switch (penalty) {
    case Penalty::kSeminorm:
      return {2000, 1e8};
    case Penalty::kNorm:
      return {100, 1e3};
    case Penalty::kThird:
      return {5000, 1e8};
  }
  return {0, 0.0};
}
constexpr bool in_reinsch_reach(Penalty penalty, std::size_t knots, double lambda) {
  const ReinschReach reach = reinsch_reach(penalty);
  const double n = static_cast<double>(knots), power = n * n * n * n;
  if (penalty != Penalty::kThird) return knots <= reach.knots && lambda * power <= reach.stiffness;
  // Interpolation loses no digits for any n, and up to three knots have a parabola anyway.
  if (lambda == 0.0 || knots <= 3) return true;
  return knots <= reach.knots && lambda * power * n * n <= reach.stiffness;
}

/// The minimiser of (1/n) sum_i |g(t_i) - y_i|^2 / v_i + lambda * penalty(g) over H^2[-1, 1], or
/// H^3 for Penalty::kThird, for vector values y_i in R^m, coordinate by coordinate.
///
/// lambda = 0 interpolates (with the least penalty); lambda -> infinity tends to the least-squares
/// line (seminorm), the least-squares parabola (kThird) or to 0 (norm). One knot gives a constant,
/// two a line, three a parabola (kThird). SciPy's make_smoothing_spline has lam = n lambda on the
/// same knots.
///
/// Between dense knots the quintic spline is better than the cubic one by the square of the gap
/// where g is smooth; where many neighbours are missing it is the worse of the two (bursts of 20 of
/// 50: 25 times).
class SmoothingSpline {
 public:
  /// `knots` ascend strictly within [-1, 1], n >= 1 (kNorm: knots.front() > -1); lambda >= 0.
  SmoothingSpline(std::span<const double> knots, double lambda, Penalty penalty,
                  const Variances& variances = {});

  /// T x n matrix that maps values at the knots to the spline at the targets. O((T + 1) n).
  Matrix operator_matrix(std::span<const double> targets) const;

  /// The spline through `values` (n x m) at the targets, T x m, without forming the operator:
  /// O(n m), better than the operator if m < T.
  Matrix evaluate(MatrixView values, std::span<const double> targets) const;

 private:
  std::variant<ReinschSpline<2>, ReinschSpline<3>, StateSpaceSpline, SquareRootSpline> form_;
};

}  // namespace laggard::math
