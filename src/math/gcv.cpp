#include "math/gcv.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "math/smoothing_spline.hpp"
#include "math/state_space_gcv.hpp"

namespace laggard::math {
namespace {

constexpr std::size_t kWidth = 16;  // columns of a block; the recurrences' state fits the registers
using Lane = Eigen::Array<double, kWidth, 1>;  // compilers leave plain loops over it scalar

}  // namespace

template <int kOrder>
GcvScore<kOrder>::GcvScore(std::span<const double> knots, MatrixView values,
                           SplineCriterion criterion, const Variances& variances)
    : criterion_(criterion),
      variances_(variances),
      system_(knots, kOrder == 2 ? Penalty::kSeminorm : Penalty::kThird),
      q_(system_.q),
      q_gram_(system_.unknowns()) {
  const std::size_t rows = system_.unknowns();
  for (std::size_t c = 0; c < rows; ++c) {
    const auto gram = [&]<int kOff>() {
      if (c + kOff < rows)
        q_gram_.diagonal[kOff][c] = sum_of<kOff, kOrder>(
            [&](std::size_t s) { return variances_[c + s] * q_[s][c] * q_[s - kOff][c + kOff]; });
    };
    [&]<int... kOff>(std::integer_sequence<int, kOff...>) {
      (gram.template operator()<kOff>(), ...);
    }
    (std::make_integer_sequence<int, kOrder + 1>());
  }
  for (auto& entries : q_) entries.resize(rows + kOrder, 0.0);
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
        target[k] = sum_of<0, kOrder>([&](std::size_t s) { return q_[s][c] * y[s * columns + k]; });
    }
  }
}

/// A factor's coefficients, padded with zeros past the end, where the recurrences would read.
template <int kOrder>
struct GcvScore<kOrder>::Recurrence {
  Recurrence(const BandedFactor<kOrder>& factor, std::size_t rows)
      : pivot_inverse(factor.pivot_inverse()) {
    for (std::size_t d = 1; d <= kOrder; ++d) {
      lower[d - 1] = factor.lower(d);
      lower[d - 1].resize(rows + kOrder, 0.0);
    }
  }

  std::array<std::vector<double>, kOrder> lower;  // L(i, i - d) at d - 1
  std::vector<double> pivot_inverse;
  std::vector<double> row_weights;  // of the squares of Q gamma
};

/// The weighted |Q gamma|^2 over one block of columns, gamma = A^{-1} Q^T y: forward and back
/// substitution fused with the sum, so that gamma is never stored. In both recurrences the newest
/// value comes last, which shortens the chain of dependent operations.
template <int kOrder>
double GcvScore<kOrder>::block_curvature(const Recurrence& factor, std::size_t block,
                                         std::vector<double>& forward) const {
  const std::size_t rows = system_.unknowns();
  const double* b = &packed_[block * rows * kWidth];
  const auto lane = [&](std::size_t i) { return Eigen::Map<Lane>(forward.data() + i * kWidth); };
  std::array<Lane, kOrder> near;  // of rows i - 1, i - 2, .. and then of i + 1, i + 2, ..
  const auto enter = [&](const Lane& newest) {
    for (std::size_t d = kOrder - 1; d > 0; --d) near[d] = near[d - 1];
    near[0] = newest;
  };
  near.fill(Lane::Zero());
  for (std::size_t i = 0; i < rows; ++i) {
    Lane z = Eigen::Map<const Lane>(b + i * kWidth);
    for (std::size_t d = kOrder; d > 0; --d) z -= factor.lower[d - 1][i] * near[d - 1];
    enter(z);
    lane(i) = factor.pivot_inverse[i] * z;
  }
  near.fill(Lane::Zero());
  Lane squares = Lane::Zero();
  for (std::size_t i = rows; i-- > 0;) {
    Lane gamma = lane(i);
    for (std::size_t d = kOrder; d > 0; --d) gamma -= factor.lower[d - 1][i + d] * near[d - 1];
    // Row i + m of Q gamma.
    Lane value = q_[0][i + kOrder] * near[kOrder - 1];
    for (std::size_t s = 1; s < kOrder; ++s) value += q_[s][i + kOrder - s] * near[kOrder - 1 - s];
    value += q_[kOrder][i] * gamma;
    squares += (factor.row_weights[i + kOrder] * value) * value;
    enter(gamma);
  }
  for (std::size_t row = kOrder; row-- > 0;) {
    Lane value = q_[0][row] * near[row];
    for (std::size_t s = 1; s <= row; ++s) value += q_[s][row - s] * near[row - s];
    squares += factor.row_weights[row] * value.square();
  }
  return squares.sum();
}

template <int kOrder>
std::vector<double> GcvScore<kOrder>::operator()(std::span<const double> lambdas) const {
  const double n = static_cast<double>(system_.values());
  std::vector<Recurrence> factors;
  std::vector<double> traces;  // of Q^T Q A^{-1}
  for (const double lambda : lambdas) {
    const BandedFactor<kOrder> factor(system_.regularised(n * lambda, variances_));
    const Bands<kOrder> inverse = factor.inverse_bands();
    double trace = 0.0;
    for (std::size_t c = 0; c < inverse.size(); ++c)
      trace += q_gram_.diagonal[0][c] * inverse.diagonal[0][c] +
               2.0 * sum_of<1, kOrder>([&](std::size_t d) {
                 return q_gram_.diagonal[d][c] * inverse.diagonal[d][c];
               });
    traces.push_back(trace);
    factors.emplace_back(factor, system_.unknowns());
    std::vector<double>& weights = factors.back().row_weights;
    if (criterion_ == SplineCriterion::kLeaveOneOut)
      weights = leave_one_out_weights(system_.residual_diagonal(inverse), variances_);
    else
      for (std::size_t i = 0; i < system_.values(); ++i) weights.push_back(variances_[i]);
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

template <int kOrder>
double GcvScore<kOrder>::operator()(double lambda) const {
  return (*this)(std::span<const double>(&lambda, 1)).front();
}

template class GcvScore<2>;
template class GcvScore<3>;

namespace {

constexpr int kGrid = 14;

/// Natural logarithms of the ends of the grid, and the step between its points.
struct LogGrid {
  double low, high, step;
};
LogGrid log_grid(double n, int order) {
  const double power = 0.5 * order;  // a quintic's lambda smooths like a cubic's to the power 3/2
  const double low = std::log(1e-6 / (n * n * n * n)) * power, high = std::log(10.0) * power;
  return {low, high, (high - low) / (kGrid - 1)};
}

template <class Score>
double best_lambda(const Score& score, double n, int order) {
  const auto [low, high, step] = log_grid(n, order);
  const auto at = [&](double log_lambda) { return score(std::exp(log_lambda)); };

  const std::vector<double> grid = lambda_grid(n, order);
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

/// The scores of quintic splines: of Reinsch's form within its reach, else of orthogonal
/// transformations.
class QuinticScore {
 public:
  QuinticScore(std::span<const double> knots, MatrixView values, SplineCriterion criterion,
               const Variances& variances)
      : knots_(knots),
        values_(values),
        criterion_(criterion),
        variances_(variances),
        reinsch_(knots, values, criterion, variances) {}

  double operator()(double lambda) const {
    // 1e-4 of a score moves no minimum.
    if (in_reinsch_reach(Penalty::kThird, knots_.size(), 1e-4 * lambda * variances_.largest()))
      return reinsch_(lambda);
    const auto residual = SquareRootSpline(knots_, lambda, variances_).residual(values_);
    const auto squares = [&](std::size_t i) {
      return residual.values.row(static_cast<Index>(i)).squaredNorm() / variances_[i];
    };
    if (criterion_ == SplineCriterion::kLeaveOneOut) {
      double sum = 0.0;
      for (std::size_t i = 1; i + 1 < residual.share.size(); ++i)
        sum += squares(i) / (residual.share[i] * residual.share[i]);
      return sum;
    }
    const double freedom = std::accumulate(residual.share.begin(), residual.share.end(), 0.0);
    double sum = 0.0;
    for (std::size_t i = 0; i < residual.share.size(); ++i) sum += squares(i);
    return static_cast<double>(knots_.size()) * sum / (freedom * freedom);
  }

  std::vector<double> operator()(std::span<const double> lambdas) const {
    std::vector<double> scores;
    for (const double lambda : lambdas) scores.push_back((*this)(lambda));
    return scores;
  }

 private:
  std::span<const double> knots_;
  MatrixView values_;
  SplineCriterion criterion_;
  const Variances& variances_;
  GcvScore<3> reinsch_;
};

double lambda_by(SplineCriterion criterion, std::span<const double> knots, MatrixView values,
                 Penalty penalty, const Variances& variances) {
  const int order = order_of(penalty);
  if (knots.size() <= static_cast<std::size_t>(order)) return 0.0;
  const double count = static_cast<double>(knots.size());
  if (order == 3)
    return best_lambda(QuinticScore(knots, values, criterion, variances), count, order);
  if (knots.size() <= reinsch_reach(penalty).knots)
    return best_lambda(GcvScore<2>(knots, values, criterion, variances), count, order);
  return best_lambda(StateSpaceGcvScore(knots, values, criterion, variances), count, order);
}

}  // namespace

std::vector<double> lambda_grid(double n, int order) {
  const LogGrid grid = log_grid(n, order);
  std::vector<double> lambdas;
  for (int i = 0; i < kGrid; ++i) lambdas.push_back(std::exp(grid.low + i * grid.step));
  return lambdas;
}

double gcv_lambda(std::span<const double> knots, MatrixView values, Penalty penalty,
                  const Variances& variances) {
  return lambda_by(SplineCriterion::kGcv, knots, values, penalty, variances);
}

double loo_lambda(std::span<const double> knots, MatrixView values, Penalty penalty,
                  const Variances& variances) {
  return lambda_by(SplineCriterion::kLeaveOneOut, knots, values, penalty, variances);
}

}  // namespace laggard::math
