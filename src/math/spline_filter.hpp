// The Kalman filter whose estimates are smoothing splines, in a form without subtractions.
#pragma once

#include <array>
#include <span>

#include "math/spline_penalty.hpp"
#include "math/variances.hpp"

namespace laggard::math {

/// Covariance P = [p00 p01; p01 p11] / s of the state (g, g'), with determinant d / s. Common
/// factors do not count, so that knowing nothing (d = 1, the rest 0) and knowing one value (s = 0)
/// need no limits. No member is ever negative, and all that follows adds and multiplies them:
/// nothing cancels, whatever the gaps and the smoothing.
struct Spread {
  double p00 = 0.0, p01 = 0.0, p11 = 0.0, d = 1.0, s = 0.0;

  /// P -> F P F^T + V for F = [1 h; 0 1] and V = [h^3/3 h^2/2; h^2/2 h].
  Spread after(double h) const {
    return {p00 + h * (2.0 * p01 + h * (p11 + s * h / 3.0)), p01 + h * (p11 + s * h / 2.0),
            p11 + s * h, d + h * (p00 + h * (p01 + h * (p11 / 3.0 + s * h / 12.0))), s};
  }
};

/// det of the sum of two covariances times both scales. They look at the state from two sides, so
/// their slopes have opposite signs.
double joint_determinant(const Spread& before, const Spread& behind);

/// The value as a combination of the states (g, g') that the knots on either side estimate; each
/// side counts its slope away from its knots.
struct Shares {
  std::array<double, 2> before, behind;
};
Shares join(const Spread& before, const Spread& behind);

/// What one knot does to the estimate:
///   value += gap slope, e = y - value, value += gain0 e, slope += gain1 e.
struct FilterStep {
  double gap;  ///< from the knot before; of the first knot from the start
  double gain0;
  double gain1;
  double keep;       ///< 1 - gain0
  double carry;      ///< 1 - gap gain1
  double certainty;  ///< 1 / variance of e
};

enum class Direction { kForwards, kBackwards };

/// Wahba's Bayesian model (J. R. Stat. Soc. B 40, 1978): g is an integrated Wiener process,
/// observed at the knots with variance n lambda v_i. The seminorm knows nothing of (g, g')
/// beforehand, the norm gives it the covariance I at -1.
class SplineFilter {
 public:
  /// `knots` ascend and must outlive the filter, as `variances` must; `variance` = n lambda.
  SplineFilter(std::span<const double> knots, double variance, const Variances& variances,
               Penalty penalty, Direction direction);

  /// Before the first knot.
  const Spread& start() const { return start_; }

  /// From the knot before knot i, in the order of the filter; of the first one from the start.
  double gap(std::size_t i) const {
    const std::size_t n = knots_.size();
    if (i == 0) return lead_;
    return backwards_ ? knots_[n - i] - knots_[n - 1 - i] : knots_[i] - knots_[i - 1];
  }

  /// Calls visit(i, step, spread after the step) for each knot, the last one first if backwards.
  template <class Visit>
  void run(Visit&& visit) const {
    Spread spread = start_;
    for (std::size_t i = 0; i < knots_.size(); ++i) {
      const std::size_t knot = backwards_ ? knots_.size() - 1 - i : i;
      const FilterStep step = advance(spread, gap(i), variance_ * variances_[knot]);
      visit(i, step, static_cast<const Spread&>(spread));
    }
  }

 private:
  /// Takes the value at the next knot in, of variance v.
  FilterStep advance(Spread& spread, double h, double v) const {
    const Spread there = spread.after(h);
    const double total = there.p00 + there.s * v;  // variance of the difference, times s
    const bool first = !(total > 0.0);             // the value is all that is known
    const double scale = first ? 1.0 : 1.0 / total;
    FilterStep step{h, 1.0, 0.0, 0.0, 1.0, 0.0};
    if (!first)
      step = {h,
              there.p00 * scale,
              there.p01 * scale,
              there.s * v * scale,
              (spread.s * (v - h * h * h / 6.0) + spread.p00 + h * spread.p01) * scale,
              there.s * scale};
    spread = {v * there.p00 * scale, v * there.p01 * scale, (there.d + v * there.p11) * scale,
              v * there.d * scale, first ? 0.0 : 1.0};
    return step;
  }

  std::span<const double> knots_;
  double variance_;
  const Variances& variances_;
  bool backwards_;
  Spread start_;
  double lead_ = 0.0;
};

}  // namespace laggard::math
