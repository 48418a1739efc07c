#include "math/banded.hpp"

#include <algorithm>

namespace laggard::math {

template <int kBands>
BandedFactor<kBands>::BandedFactor(const Bands<kBands>& matrix)
    : pivot_inverse_(matrix.size(), 0.0) {
  for (auto& entries : lower_) entries.assign(matrix.size(), 0.0);
  std::array<double, kBands + 1> pivots{};  // of rows i - d
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    std::array<double, kBands + 1> coupling{};  // L(i, i - d) times its pivot
    double pivot = matrix.diagonal[0][i];
    for (std::size_t d = kBands; d > 0; --d) {
      if (d > i) continue;
      coupling[d] = matrix.diagonal[d][i - d];
      for (std::size_t e = d + 1; e <= std::min<std::size_t>(kBands, i); ++e)
        coupling[d] -= coupling[e] * lower_[e - d - 1][i - d];
      const double entry = coupling[d] * pivot_inverse_[i - d];
      lower_[d - 1][i] = entry;
      // Both are the same number; cubic splines have always been rounded like this.
      if (d == kBands)
        pivot -= entry * entry * pivots[d];
      else
        pivot -= entry * coupling[d];
    }
    pivot_inverse_[i] = 1.0 / pivot;
    std::copy_backward(pivots.begin(), pivots.end() - 1, pivots.end());
    pivots[1] = pivot;
  }
}

namespace {

/// sum over d = 1..kTerms of L(i, i - d) row(i - d), as one expression.
template <int kTerms, class Row, class Lower>
auto above(const Row& row, const Lower& lower, Index i) {
  const double factor = lower[kTerms - 1][static_cast<std::size_t>(i)];
  if constexpr (kTerms == 1)
    return factor * row(i - 1);
  else
    return above<kTerms - 1>(row, lower, i) + factor * row(i - kTerms);
}

/// row(i) / D(i, i) minus the sum over d = 1..kTerms of L(i + d, i) row(i + d).
template <int kTerms, class Row, class Lower>
auto below(const Row& row, const Lower& lower, double pivot_inverse, Index i) {
  if constexpr (kTerms == 0) {
    return pivot_inverse * row(i);
  } else {
    const double factor = lower[kTerms - 1][static_cast<std::size_t>(i + kTerms)];
    return below<kTerms - 1>(row, lower, pivot_inverse, i) - factor * row(i + kTerms);
  }
}

/// Calls act with the constant min(kMost, value).
template <int kMost, class Act>
void with_constant(Index value, const Act& act) {
  if constexpr (kMost == 0) {
    act(std::integral_constant<int, 0>());
  } else {
    if (value >= kMost)
      act(std::integral_constant<int, kMost>());
    else
      with_constant<kMost - 1>(value, act);
  }
}

}  // namespace

/// Forward and back substitution for `width` columns. A width of 1 known to the compiler
/// leaves no loops over columns.
template <int kBands>
template <int kWidth>
void BandedFactor<kBands>::substitute(Matrix& right_hand_sides, Index first, Index width) const {
  const auto n = static_cast<Index>(size());
  const auto row = [&](Index i) {
    return right_hand_sides.row(i).template segment<kWidth>(first, width);
  };
  for (Index i = 1; i < n; ++i)
    with_constant<kBands>(i, [&](auto terms) {
      if constexpr (terms > 0) row(i) -= above<terms>(row, lower_, i);
    });
  for (Index i = n; i-- > 0;)
    with_constant<kBands>(n - 1 - i, [&](auto terms) {
      row(i) = below<terms>(row, lower_, pivot_inverse_[static_cast<std::size_t>(i)], i);
    });
}

template <int kBands>
void BandedFactor<kBands>::solve(Matrix& right_hand_sides) const {
  constexpr Index kBlock = 64;  // columns whose last few rows stay in the first-level cache
  const Index columns = right_hand_sides.cols();
  if (columns == 1) return substitute<1>(right_hand_sides, 0, 1);
  for (Index first = 0; first < columns; first += kBlock)
    substitute<Eigen::Dynamic>(right_hand_sides, first, std::min(kBlock, columns - first));
}

template <int kBands>
Bands<kBands> BandedFactor<kBands>::inverse_bands() const {
  const std::size_t n = size();
  Bands<kBands> inverse(n);
  const auto at = [&](std::size_t i, std::size_t j) {
    return std::max(i, j) < n ? inverse.diagonal[std::max(i, j) - std::min(i, j)][std::min(i, j)]
                              : 0.0;
  };
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t d = kBands + 1; d-- > 0;) {
      double entry = d == 0 ? pivot_inverse_[i] : 0.0;
      for (std::size_t e = 1; e <= kBands && i + e < n; ++e)
        entry -= lower_[e - 1][i + e] * at(i + e, i + d);
      inverse.diagonal[d][i] = entry;
    }
  return inverse;
}

template class BandedFactor<2>;
template class BandedFactor<3>;

}  // namespace laggard::math
