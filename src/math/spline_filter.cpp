#include "math/spline_filter.hpp"

namespace laggard::math {

double joint_determinant(const Spread& a, const Spread& b) {
  return a.s * b.d + b.s * a.d + a.p00 * b.p11 + a.p11 * b.p00 + 2.0 * a.p01 * b.p01;
}

Shares join(const Spread& a, const Spread& b) {
  const double scale = 1.0 / joint_determinant(a, b);
  const double crossed = a.p01 * b.p01;
  const double slope = -(a.p01 * b.p00 + a.p00 * b.p01) * scale;
  return {{(a.s * b.d + b.p00 * a.p11 + crossed) * scale, slope},
          {(b.s * a.d + a.p00 * b.p11 + crossed) * scale, slope}};
}

SplineFilter::SplineFilter(std::span<const double> knots, double variance,
                           const Variances& variances, Penalty penalty, Direction direction)
    : knots_(knots),
      variance_(variance),
      variances_(variances),
      backwards_(direction == Direction::kBackwards) {
  if (backwards_ || penalty == Penalty::kSeminorm) return;
  start_ = {1.0, 0.0, 1.0, 1.0, 1.0};
  lead_ = knots.front() + 1.0;
}

}  // namespace laggard::math
