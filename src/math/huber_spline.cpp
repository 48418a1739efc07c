#include "math/huber_spline.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "math/smoothing_spline.hpp"

namespace laggard::math {
namespace {

/// Of the normal distribution: median |x| / standard deviation.
constexpr double kMedianSize = 0.6744897501960817;

double median(Vector values) {
  double* middle = values.data() + values.size() / 2;
  std::nth_element(values.data(), middle, values.data() + values.size());
  return *middle;
}

}  // namespace

HuberSpline fit_huber(std::span<const double> knots, MatrixView values, double lambda, int steps) {
  const SmoothingSpline spline(knots, lambda, Penalty::kSeminorm);
  HuberSpline fit{values, Vector::Zero(values.rows())};
  for (int step = 0; step < steps; ++step) {
    const Matrix curve =
        spline.evaluate(rows_of(fit.pseudo_values, 0, fit.pseudo_values.rows()), knots);
    const Matrix residuals = values - curve;
    const Vector sizes = residuals.rowwise().norm();
    const double turn = kHuberTurn * median(sizes) / kMedianSize;
    fit.excess = sizes / std::max(turn, std::numeric_limits<double>::min());
    fit.pseudo_values = curve;
    for (Index i = 0; i < values.rows(); ++i)
      fit.pseudo_values.row(i) += residuals.row(i) / std::max(1.0, fit.excess[i]);
  }
  return fit;
}

}  // namespace laggard::math
