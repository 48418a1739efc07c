#include "math/gcv.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "math/smoothing_spline.hpp"
#include "math/state_space_gcv.hpp"

namespace laggard::math {
namespace {

constexpr std::size_t kWidth = 16;  // columns of a block; the recurrences' state fits the registers
using Lane = Eigen::Array<double, kWidth, 1>;  // compilers leave plain loops over it scalar

}  // namespace

GcvScore::GcvScore(std::span<const double> knots, MatrixView values, SplineCriterion criterion)
    : criterion_(criterion), system_(knots, Penalty::kSeminorm), q_gram_(system_.unknowns()) {
  const std::size_t rows = system_.unknowns();
  const auto& q0 = system_.q0;
  const auto& q1 = system_.q1;
  const auto& q2 = system_.q2;
  for (std::size_t c = 0; c < rows; ++c) {
    q_gram_.main[c] = q0[c] * q0[c] + q1[c] * q1[c] + q2[c] * q2[c];
    if (c + 1 < rows) q_gram_.first[c] = q1[c] * q0[c + 1] + q2[c] * q1[c + 1];
    if (c + 2 < rows) q_gram_.second[c] = q2[c] * q0[c + 2];
  }
  q0_ = q0;
  q1_ = q1;
  q0_.resize(rows + 2, 0.0);
  q1_.resize(rows + 2, 0.0);
  const auto columns = static_cast<std::size_t>(values.cols());
  blocks_ = (columns + kWidth - 1) / kWidth;
  packed_.assign(blocks_ * rows * kWidth, 0.0);
  for (std::size_t block = 0; block < blocks_; ++block) {
    const std::size_t first = block * kWidth;
    const std::size_t width = std::min(kWidth, columns - first);
    for (std::size_t c = 0; c < rows; ++c) {
      double* target = &packed_[(block * rows + c) * kWidth];
      const double* y = values.data() + c * columns + first;
      for (std::size_t k = 0; k < width; ++k)
        target[k] = q0[c] * y[k] + q1[c] * y[columns + k] + q2[c] * y[2 * columns + k];
    }
  }
}

/// A factor's coefficients, padded with zeros past the end, where the recurrences would read.
struct GcvScore::Recurrence {
  Recurrence(const Pentadiagonal& factor, std::size_t rows)
      : lower1(factor.lower1()), lower2(factor.lower2()), pivot_inverse(factor.pivot_inverse()) {
    lower1.resize(rows + 2, 0.0);
    lower2.resize(rows + 2, 0.0);
  }

  std::vector<double> lower1, lower2, pivot_inverse;
  std::vector<double> row_weights;  // of the squares of Q gamma
};

/// The weighted |Q gamma|^2 over one block of columns, gamma = A^{-1} Q^T y: forward and back
/// substitution fused with the sum, so that gamma is never stored. In both recurrences the newest
/// value comes last, which halves the chain of dependent operations.
double GcvScore::block_curvature(const Recurrence& factor, std::size_t block,
                                 std::vector<double>& forward) const {
  const std::size_t rows = system_.unknowns();
  const double* b = &packed_[block * rows * kWidth];
  const auto lane = [&](std::size_t i) { return Eigen::Map<Lane>(forward.data() + i * kWidth); };
  Lane last = Lane::Zero(), before = Lane::Zero();
  for (std::size_t i = 0; i < rows; ++i) {
    const Lane z = (Eigen::Map<const Lane>(b + i * kWidth) - factor.lower2[i] * before) -
                   factor.lower1[i] * last;
    before = last;
    last = z;
    lane(i) = factor.pivot_inverse[i] * z;
  }
  Lane next = Lane::Zero(), after = Lane::Zero();  // gamma of rows i + 1 and i + 2
  Lane squares = Lane::Zero();
  for (std::size_t i = rows; i-- > 0;) {
    const Lane gamma = (lane(i) - factor.lower2[i + 2] * after) - factor.lower1[i + 1] * next;
    // Row i + 2 of Q gamma.
    const Lane value = q0_[i + 2] * after + q1_[i + 1] * next + system_.q2[i] * gamma;
    squares += (factor.row_weights[i + 2] * value) * value;
    after = next;
    next = gamma;
  }
  squares += factor.row_weights[1] * (q0_[1] * after + q1_[0] * next).square() +
             factor.row_weights[0] * (q0_[0] * next).square();
  return squares.sum();
}

std::vector<double> GcvScore::residual_diagonal(const Bands& inverse) const {
  std::vector<double> diagonal(system_.values(), 0.0);
  const std::size_t rows = inverse.size();
  const auto& q0 = system_.q0;
  const auto& q1 = system_.q1;
  const auto& q2 = system_.q2;
  for (std::size_t c = 0; c < rows; ++c) {
    diagonal[c] += q0[c] * q0[c] * inverse.main[c];
    diagonal[c + 1] += q1[c] * q1[c] * inverse.main[c];
    diagonal[c + 2] += q2[c] * q2[c] * inverse.main[c];
    if (c + 1 < rows) {
      diagonal[c + 1] += 2.0 * q1[c] * q0[c + 1] * inverse.first[c];
      diagonal[c + 2] += 2.0 * q2[c] * q1[c + 1] * inverse.first[c];
    }
    if (c + 2 < rows) diagonal[c + 2] += 2.0 * q2[c] * q0[c + 2] * inverse.second[c];
  }
  return diagonal;
}

std::vector<double> GcvScore::operator()(std::span<const double> lambdas) const {
  const double n = static_cast<double>(system_.values());
  std::vector<Recurrence> factors;
  std::vector<double> traces;  // of Q^T Q A^{-1}
  for (const double lambda : lambdas) {
    const Pentadiagonal factor(system_.regularised(n * lambda));
    const Bands inverse = factor.inverse_bands();
    double trace = 0.0;
    for (std::size_t c = 0; c < inverse.size(); ++c)
      trace += q_gram_.main[c] * inverse.main[c] +
               2.0 * (q_gram_.first[c] * inverse.first[c] + q_gram_.second[c] * inverse.second[c]);
    traces.push_back(trace);
    factors.emplace_back(factor, system_.unknowns());
    std::vector<double>& weights = factors.back().row_weights;
    weights.assign(system_.values(), 1.0);
    if (criterion_ == SplineCriterion::kLeaveOneOut)
      weights = leave_one_out_weights(residual_diagonal(inverse));
  }
  // All lambdas visit a block while it is in the cache.
  std::vector<double> scores(lambdas.size(), 0.0);
  std::vector<double> forward(system_.unknowns() * kWidth);
  for (std::size_t block = 0; block < blocks_; ++block)
    for (std::size_t i = 0; i < factors.size(); ++i)
      scores[i] += block_curvature(factors[i], block, forward);
  if (criterion_ == SplineCriterion::kLeaveOneOut) return scores;
  // The factors (n lambda)^2 of numerator and denominator cancel.
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] *= n / (traces[i] * traces[i]);
  return scores;
}

double GcvScore::operator()(double lambda) const {
  return (*this)(std::span<const double>(&lambda, 1)).front();
}

namespace {

template <class Score>
double best_lambda(const Score& score, double n) {
  const double low = std::log(1e-6 / (n * n * n * n));
  const double high = std::log(10.0);
  constexpr int kGrid = 14;
  const double step = (high - low) / (kGrid - 1);
  const auto at = [&](double log_lambda) { return score(std::exp(log_lambda)); };

  std::array<double, kGrid> grid;
  for (int i = 0; i < kGrid; ++i) grid[static_cast<std::size_t>(i)] = std::exp(low + i * step);
  const std::vector<double> scores = score(grid);
  int best = 0;
  double best_score = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kGrid; ++i) {
    const double value = scores[static_cast<std::size_t>(i)];
    if (value < best_score) {
      best_score = value;
      best = i;
    }
  }
  if (!std::isfinite(best_score)) return 0.0;

  const double ratio = 0.5 * (std::sqrt(5.0) - 1.0);
  double left = low + std::max(best - 1, 0) * step;
  double right = low + std::min(best + 1, kGrid - 1) * step;
  double x1 = right - ratio * (right - left), x2 = left + ratio * (right - left);
  double v1 = at(x1), v2 = at(x2);
  while (right - left > 0.05) {
    if (v1 <= v2) {
      right = x2;
      x2 = x1;
      v2 = v1;
      x1 = right - ratio * (right - left);
      v1 = at(x1);
    } else {
      left = x1;
      x1 = x2;
      v1 = v2;
      x2 = left + ratio * (right - left);
      v2 = at(x2);
    }
  }
  return std::exp(0.5 * (left + right));
}

double lambda_by(SplineCriterion criterion, std::span<const double> knots, MatrixView values) {
  const std::size_t n = knots.size();
  if (n < 3) return 0.0;
  const double count = static_cast<double>(n);
  if (n <= reinsch_reach(Penalty::kSeminorm).knots)
    return best_lambda(GcvScore(knots, values, criterion), count);
  return best_lambda(StateSpaceGcvScore(knots, values, criterion), count);
}

}  // namespace

double gcv_lambda(std::span<const double> knots, MatrixView values) {
  return lambda_by(SplineCriterion::kGcv, knots, values);
}

double loo_lambda(std::span<const double> knots, MatrixView values) {
  return lambda_by(SplineCriterion::kLeaveOneOut, knots, values);
}

}  // namespace laggard::math
