// Symmetric positive definite matrices with few off-diagonals.
#pragma once

#include <array>
#include <vector>

#include "core/types.hpp"

namespace laggard::math {

/// The distinct diagonals of A with kBands off-diagonals above the main one: diagonal[d][i] =
/// A(i, i + d). All have the length of A; what would lie outside is 0.
template <int kBands>
struct Bands {
  std::array<std::vector<double>, kBands + 1> diagonal;

  Bands() = default;
  explicit Bands(std::size_t n) {
    for (auto& entries : diagonal) entries.assign(n, 0.0);
  }
  std::size_t size() const { return diagonal[0].size(); }
};

/// A = L D L^T without square roots; factorisation, each right-hand side and the bands of the
/// inverse cost O(n). Its rounding errors do not depend on the scale of A's rows and columns.
template <int kBands>
class BandedFactor {
 public:
  explicit BandedFactor(const Bands<kBands>& matrix);

  std::size_t size() const { return pivot_inverse_.size(); }

  /// Solves A X = B in place, column by column, for B of n x m.
  void solve(Matrix& right_hand_sides) const;

  /// The entries of A^{-1} inside the bands (Hutchinson & de Hoog, Numer. Math. 47, 1985).
  Bands<kBands> inverse_bands() const;

  // L(i, i - d), d = 1..kBands, and 1 / D(i, i), for fused kernels.
  const std::vector<double>& lower(std::size_t d) const { return lower_[d - 1]; }
  const std::vector<double>& pivot_inverse() const { return pivot_inverse_; }

 private:
  template <int kWidth>
  void substitute(Matrix& right_hand_sides, Index first, Index width) const;

  std::array<std::vector<double>, kBands> lower_;
  std::vector<double> pivot_inverse_;
};

extern template class BandedFactor<2>;
extern template class BandedFactor<3>;

}  // namespace laggard::math
