#include "math/spline_removal.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

namespace laggard::math {
SplineRemoval::SplineRemoval(std::span<const double> knots, MatrixView values, double weight)
    : system_(knots, Penalty::kSeminorm),
      factor_(system_.regularised(weight)),
      columns_(knots.size()),
      gone_(knots.size(), false) {
  Matrix gamma = system_.q_transposed_times(values);
  factor_.solve(gamma);
  original_ = residuals_ = system_.q_times(gamma);
  const Matrix band = central_band(1);
  diagonal_ = band.col(0);
}

/// Column w holds S(i, i + w), for w < width; zeros past the end. Entries of the inverse inside the
/// band follow from those behind them (Takahashi's recurrence): O(n width).
Matrix SplineRemoval::central_band(Index width) const {
  const auto n = static_cast<Index>(system_.unknowns());
  const Index reach = width + 2;
  Matrix inverse = Matrix::Zero(n + 2, reach);  // (i, i + w); two rows of zeros past the end
  const auto at = [&](Index i, Index j) { return i <= j ? inverse(i, j - i) : inverse(j, i - j); };
  for (Index i = n; i-- > 0;) {
    const auto row = static_cast<std::size_t>(i);
    const double l1 = i + 1 < n ? factor_.lower(1)[row + 1] : 0.0;
    const double l2 = i + 2 < n ? factor_.lower(2)[row + 2] : 0.0;
    for (Index w = std::min(reach, n - i) - 1; w > 0; --w)
      inverse(i, w) = -l1 * at(i + 1, i + w) - (i + 2 < n ? l2 * at(i + 2, i + w) : 0.0);
    inverse(i, 0) = factor_.pivot_inverse()[row];
    if (i + 1 < n) inverse(i, 0) -= l1 * inverse(i, 1);
    if (i + 2 < n) inverse(i, 0) -= l2 * inverse(i, 2);
  }
  // S(i, j) = sum of q over columns i-2..i and j-2..j of Q.
  const auto q = [&](Index value, Index c) {
    const auto k = static_cast<std::size_t>(c);
    return system_.q[static_cast<std::size_t>(value - c)][k];
  };
  Matrix band = Matrix::Zero(n + 2, width);
  for (Index i = 0; i < n + 2; ++i)
    for (Index j = i; j < std::min(n + 2, i + width); ++j) {
      double sum = 0.0;
      for (Index a = std::max<Index>(i - 2, 0); a <= std::min(i, n - 1); ++a)
        for (Index b = std::max<Index>(j - 2, 0); b <= std::min(j, n - 1); ++b)
          sum += q(i, a) * q(j, b) * at(a, b);
      band(i, j - i) = sum;
    }
  return band;
}

const Vector& SplineRemoval::column(Index i) {
  std::optional<Vector>& column = columns_[static_cast<std::size_t>(i)];
  if (!column) {
    Matrix unit = Matrix::Zero(static_cast<Index>(size()), 1);
    unit(i, 0) = 1.0;
    Matrix gamma = system_.q_transposed_times(rows_of(unit, 0, unit.rows()));
    factor_.solve(gamma);
    column = system_.q_times(gamma).col(0);
  }
  return *column;
}

Index SplineRemoval::worst() const {
  Index best = -1;
  double most = 0.0;
  for (Index i = 0; i < diagonal_.size(); ++i) {
    if (is_removed(i)) continue;
    const double gain = fall(i);
    if (best >= 0 && !(gain > most)) continue;
    best = i;
    most = gain;
  }
  return best;
}

Eigen::RowVectorXd SplineRemoval::misses_of(std::size_t position) const {
  return inverse_.row(static_cast<Index>(position)) * original_(removed_, Eigen::all);
}

double SplineRemoval::rise(std::size_t position) const {
  const auto at = static_cast<Index>(position);
  return misses_of(position).squaredNorm() / inverse_(at, at);
}

void SplineRemoval::forget(Index i) {
  residuals_.row(i).setZero();
  diagonal_[i] = 0.0;
}

void SplineRemoval::remove(Index i) {
  Vector now = column(i);  // S_.i without the removed ones
  const auto count = static_cast<Index>(removed_.size());
  Vector shares(count);
  if (count > 0) {
    const Vector coupling = now(removed_);
    shares = inverse_ * coupling;
    for (Index k = 0; k < count; ++k)
      now -= shares[k] * *columns_[static_cast<std::size_t>(removed_[static_cast<std::size_t>(k)])];
  }
  const double pivot = now[i];
  residuals_ -= now * (residuals_.row(i) / pivot).eval();
  diagonal_ -= now.cwiseAbs2() / pivot;
  Matrix inverse(count + 1, count + 1);
  if (count > 0) {
    inverse.topLeftCorner(count, count) = inverse_ + shares * shares.transpose() / pivot;
    inverse.topRightCorner(count, 1) = -shares / pivot;
    inverse.bottomLeftCorner(1, count) = -shares.transpose() / pivot;
  }
  inverse(count, count) = 1.0 / pivot;
  inverse_ = std::move(inverse);
  removed_.push_back(i);
  gone_[static_cast<std::size_t>(i)] = true;
  for (const Index gone : removed_) forget(gone);
}

void SplineRemoval::give_back(std::size_t position) {
  const auto at = static_cast<Index>(position);
  const double pivot = inverse_(at, at);
  const Eigen::RowVectorXd miss = misses_of(position);
  Vector back = Vector::Zero(diagonal_.size());
  for (std::size_t k = 0; k < removed_.size(); ++k)
    back += inverse_(static_cast<Index>(k), at) * *columns_[static_cast<std::size_t>(removed_[k])];
  residuals_ += back * (miss / pivot);
  diagonal_ += back.cwiseAbs2() / pivot;
  std::vector<Index> others;
  for (Index k = 0; k < inverse_.rows(); ++k)
    if (k != at) others.push_back(k);
  const Vector coupling = inverse_.col(at)(others);
  inverse_ = (inverse_(others, others) - coupling * coupling.transpose() / pivot).eval();
  gone_[static_cast<std::size_t>(removed_[position])] = false;
  removed_.erase(removed_.begin() + at);
  for (const Index gone : removed_) forget(gone);
}

Index SplineRemoval::worst_window(Index length) const {
  const Matrix band = central_band(length);
  Index best = 0;
  double most = -1.0;
  Matrix block(length, length);
  for (Index first = 0; first + length <= band.rows(); ++first) {
    for (Index i = 0; i < length; ++i)
      for (Index j = i; j < length; ++j) block(i, j) = block(j, i) = band(first + i, j - i);
    const Eigen::LLT<Matrix> factor(block);
    const double fall = factor.matrixL().solve(original_.middleRows(first, length)).squaredNorm();
    if (!(fall > most)) continue;
    most = fall;
    best = first;
  }
  return best;
}

}  // namespace laggard::math
