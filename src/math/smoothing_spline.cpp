#include "math/smoothing_spline.hpp"

namespace laggard::math {
namespace {

using Form = std::variant<ReinschSpline<2>, ReinschSpline<3>, StateSpaceSpline, SquareRootSpline>;

Form form_of(std::span<const double> knots, double lambda, Penalty penalty,
             const Variances& variances) {
  const int order = order_of(penalty);
  if (in_reinsch_reach(penalty, knots.size(), lambda * variances.largest())) {
    if (order == 3) return ReinschSpline<3>(knots, lambda, penalty, variances);
    return ReinschSpline<2>(knots, lambda, penalty, variances);
  }
  if (order == 3) return SquareRootSpline(knots, lambda, variances);
  return StateSpaceSpline(knots, lambda, penalty, variances);
}

}  // namespace

SmoothingSpline::SmoothingSpline(std::span<const double> knots, double lambda, Penalty penalty,
                                 const Variances& variances)
    : form_(form_of(knots, lambda, penalty, variances)) {}

Matrix SmoothingSpline::operator_matrix(std::span<const double> targets) const {
  return std::visit([&](const auto& form) { return form.operator_matrix(targets); }, form_);
}

Matrix SmoothingSpline::evaluate(MatrixView values, std::span<const double> targets) const {
  return std::visit([&](const auto& form) { return form.evaluate(values, targets); }, form_);
}

}  // namespace laggard::math
