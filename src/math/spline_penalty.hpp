// What smoothing splines are penalised by.
#pragma once

namespace laggard::math {

enum class Penalty {
  kSeminorm,  ///< lambda int g''^2: the natural cubic spline, linear beyond the outer knots
  kNorm,      ///< lambda (int_{-1}^1 g''^2 + g(-1)^2 + g'(-1)^2): the full norm of H^2[-1, 1]
  kThird      ///< lambda int g'''^2: the natural quintic spline, quadratic beyond the outer knots
};

/// Of the derivative whose square is integrated.
constexpr int order_of(Penalty penalty) {
  return penalty == Penalty::kThird ? 3 : 2;
}

}  // namespace laggard::math
