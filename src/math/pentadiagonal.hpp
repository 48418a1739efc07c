// Symmetric positive definite matrices with two off-diagonals.
#pragma once

#include <vector>

#include "core/types.hpp"

namespace laggard::math {

/// The three distinct diagonals of A: main[i] = A(i,i), first[i] = A(i,i+1), second[i] = A(i,i+2).
/// All have the length of A; what would lie outside is 0.
struct Bands {
  std::vector<double> main, first, second;

  Bands() = default;
  explicit Bands(std::size_t n) : main(n, 0.0), first(n, 0.0), second(n, 0.0) {}
  std::size_t size() const { return main.size(); }
};

/// A = L D L^T without square roots; factorisation, each right-hand side and the bands of the
/// inverse cost O(n).
class Pentadiagonal {
 public:
  explicit Pentadiagonal(const Bands& matrix);

  std::size_t size() const { return pivot_inverse_.size(); }

  /// Solves A X = B in place, column by column, for B of n x m.
  void solve(Matrix& right_hand_sides) const;

  /// The entries of A^{-1} inside the bands (Hutchinson & de Hoog, Numer. Math. 47, 1985).
  Bands inverse_bands() const;

  // L(i, i-1), L(i, i-2) and 1 / D(i, i), for fused kernels.
  const std::vector<double>& lower1() const { return lower1_; }
  const std::vector<double>& lower2() const { return lower2_; }
  const std::vector<double>& pivot_inverse() const { return pivot_inverse_; }

 private:
  template <int kWidth>
  void substitute(Matrix& right_hand_sides, Index first, Index width) const;

  std::vector<double> lower1_, lower2_, pivot_inverse_;
};

}  // namespace laggard::math
