// Residuals of a smoothing spline while single values are taken away and given back.
#pragma once

#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "core/types.hpp"
#include "math/banded.hpp"
#include "math/spline_system.hpp"

namespace laggard::math {

/// The natural smoothing spline through values Y (n x m) at n lambda = `weight`, which stays the
/// same whatever is removed. With S = Q (R + weight Q^T Q)^{-1} Q^T, r = S Y and d = diag S, value
/// i misses the prediction of all others by r_i / d_i, for every weight including 0. The least of
/// the spline's objective is J = tr(Y^T S Y) up to a factor, and without value i it is J - |r_i|^2
/// / d_i.
///
/// Where the set A is removed, C = (S_AA)^{-1} gives S - S_.A C S_A. in place of S, and C r_A are
/// the misses of the removed ones from the prediction of those kept. r, d and C are kept up to
/// date: setting up costs O(n m), each removal and return O(n (|A| + m)). Differences cancel within
/// a row only, where A leaves wide gaps: 30 neighbours cost 5 of 16 digits there.
class SplineRemoval {
 public:
  /// Knots ascend, n >= 3; both must outlive this object.
  SplineRemoval(std::span<const double> knots, MatrixView values, double weight);

  std::size_t size() const { return static_cast<std::size_t>(diagonal_.size()); }
  /// In the order in which they were removed.
  const std::vector<Index>& removed() const { return removed_; }
  bool is_removed(Index i) const { return gone_[static_cast<std::size_t>(i)]; }

  /// J falls by so much if i, which is kept, is removed.
  double fall(Index i) const { return residuals_.row(i).squaredNorm() / diagonal_[i]; }
  /// J rises by so much if removed()[position] returns.
  double rise(std::size_t position) const;

  /// The miss of i, which is kept, from the prediction of the others: its root mean square over the
  /// coordinates.
  double miss(Index i) const {
    return residuals_.row(i).norm() / diagonal_[i] /
           std::sqrt(static_cast<double>(residuals_.cols()));
  }

  /// The same of removed()[position] from the prediction of those kept.
  double removed_miss(std::size_t position) const {
    return misses_of(position).norm() / std::sqrt(static_cast<double>(residuals_.cols()));
  }

  /// The kept one whose removal makes J fall most; at least one is kept.
  Index worst() const;

  void remove(Index i);
  void give_back(std::size_t position);

  /// The first of `length` neighbours without whom J is least, all values kept. O(n length^3).
  Index worst_window(Index length) const;

 private:
  /// S e_i with nothing removed.
  const Vector& column(Index i);
  Matrix central_band(Index width) const;
  /// Of removed()[position] from the prediction of those kept, by coordinates.
  Eigen::RowVectorXd misses_of(std::size_t position) const;
  void forget(Index i);

  SplineSystem<2> system_;
  BandedFactor<2> factor_;
  Matrix original_;   // r with nothing removed
  Matrix residuals_;  // r
  Vector diagonal_;   // d
  std::vector<std::optional<Vector>> columns_;
  std::vector<Index> removed_;  // A
  std::vector<bool> gone_;
  Matrix inverse_;  // C
};

}  // namespace laggard::math
