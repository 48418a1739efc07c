#include "math/state_space_gcv.hpp"

#include <algorithm>

#include "math/spline_filter.hpp"

namespace laggard::math {
namespace {

constexpr std::size_t kWidth = 16;  // columns of a block, as in gcv.cpp
using Lane = Eigen::Array<double, kWidth, 1>;

/// 1 / (p_i + variance v_i) for all i.
std::vector<double> certainty_without_own(const SplineFilter& forwards,
                                          const std::vector<Spread>& before,
                                          const std::vector<Spread>& behind, double variance,
                                          const Variances& variances) {
  const std::size_t n = before.size();
  std::vector<double> certainty(n);
  for (std::size_t i = 0; i < n; ++i) {
    const Spread left = i > 0 ? before[i - 1].after(forwards.gap(i)) : Spread();
    const Spread right = i + 1 < n ? behind[n - 2 - i].after(forwards.gap(i + 1)) : Spread();
    const double det = joint_determinant(left, right);
    certainty[i] = det / (left.p00 * right.d + right.p00 * left.d + variance * variances[i] * det);
  }
  return certainty;
}

/// The weighted |u|^2 over one block of columns; `innovations` is room for it.
double block_residual(const std::vector<FilterStep>& steps, const double* values,
                      const std::vector<double>& row_weights, std::vector<double>& innovations) {
  Lane value = Lane::Zero(), slope = Lane::Zero();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const FilterStep& step = steps[i];
    const Lane predicted = value + step.gap * slope;
    const Lane difference = Eigen::Map<const Lane>(values + i * kWidth) - predicted;
    value = predicted + step.gain0 * difference;
    slope += step.gain1 * difference;
    Eigen::Map<Lane>(innovations.data() + i * kWidth) = step.certainty * difference;
  }
  Lane on_value = Lane::Zero(), on_slope = Lane::Zero();  // what later innovations ask for
  Lane squares = Lane::Zero();
  for (std::size_t i = steps.size(); i-- > 0;) {
    const FilterStep& step = steps[i];
    const Lane u = (Eigen::Map<const Lane>(&innovations[i * kWidth]) - step.gain0 * on_value) -
                   step.gain1 * on_slope;
    squares += (row_weights[i] * u) * u;
    on_value += u;
    on_slope += step.gap * on_value;
  }
  return squares.sum();
}

}  // namespace

StateSpaceGcvScore::StateSpaceGcvScore(std::span<const double> knots, MatrixView values,
                                       SplineCriterion criterion, const Variances& variances)
    : knots_(knots), criterion_(criterion), variances_(variances) {
  const std::size_t rows = knots.size();
  const auto columns = static_cast<std::size_t>(values.cols());
  blocks_ = (columns + kWidth - 1) / kWidth;
  packed_.assign(blocks_ * rows * kWidth, 0.0);
  for (std::size_t block = 0; block < blocks_; ++block) {
    const std::size_t first = block * kWidth;
    const std::size_t width = std::min(kWidth, columns - first);
    for (std::size_t i = 0; i < rows; ++i)
      std::copy_n(values.data() + i * columns + first, width,
                  &packed_[(block * rows + i) * kWidth]);
  }
}

double StateSpaceGcvScore::operator()(double lambda) const {
  const double n = static_cast<double>(knots_.size());
  const double variance = n * lambda;
  const SplineFilter forwards(knots_, variance, variances_, Penalty::kSeminorm,
                              Direction::kForwards);
  const SplineFilter backwards(knots_, variance, variances_, Penalty::kSeminorm,
                               Direction::kBackwards);
  std::vector<FilterStep> steps;
  std::vector<Spread> before, behind;
  forwards.run([&](std::size_t, const FilterStep& step, const Spread& spread) {
    steps.push_back(step);
    before.push_back(spread);
  });
  backwards.run(
      [&](std::size_t, const FilterStep&, const Spread& spread) { behind.push_back(spread); });
  const std::vector<double> certainty =
      certainty_without_own(forwards, before, behind, variance, variances_);
  const bool leave_out = criterion_ == SplineCriterion::kLeaveOneOut;
  std::vector<double> weights;
  if (leave_out) weights = leave_one_out_weights(certainty, variances_);
  double trace = 0.0;
  for (std::size_t i = 0; i < certainty.size() && !leave_out; ++i) {
    weights.push_back(variances_[i]);
    trace += variances_[i] * certainty[i];
  }

  std::vector<double> innovations(knots_.size() * kWidth);
  double squares = 0.0;
  for (std::size_t block = 0; block < blocks_; ++block)
    squares +=
        block_residual(steps, &packed_[block * knots_.size() * kWidth], weights, innovations);
  if (leave_out) return squares;
  return n * squares / (trace * trace);
}

std::vector<double> StateSpaceGcvScore::operator()(std::span<const double> lambdas) const {
  std::vector<double> scores;
  for (const double lambda : lambdas) scores.push_back((*this)(lambda));
  return scores;
}

}  // namespace laggard::math
