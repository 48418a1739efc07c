#include "math/smoothing_spline.hpp"

namespace laggard::math {
namespace {

std::variant<ReinschSpline, StateSpaceSpline> form_of(std::span<const double> knots, double lambda,
                                                      Penalty penalty) {
  const double n = static_cast<double>(knots.size());
  const ReinschReach reach = reinsch_reach(penalty);
  if (knots.size() <= reach.knots && lambda * n * n * n * n <= reach.stiffness)
    return ReinschSpline(knots, lambda, penalty);
  return StateSpaceSpline(knots, lambda, penalty);
}

}  // namespace

SmoothingSpline::SmoothingSpline(std::span<const double> knots, double lambda, Penalty penalty)
    : form_(form_of(knots, lambda, penalty)) {}

Matrix SmoothingSpline::operator_matrix(std::span<const double> targets) const {
  return std::visit([&](const auto& form) { return form.operator_matrix(targets); }, form_);
}

Matrix SmoothingSpline::evaluate(MatrixView values, std::span<const double> targets) const {
  return std::visit([&](const auto& form) { return form.evaluate(values, targets); }, form_);
}

}  // namespace laggard::math
