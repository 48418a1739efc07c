#include "math/pentadiagonal.hpp"

#include <algorithm>

namespace laggard::math {

Pentadiagonal::Pentadiagonal(const Bands& matrix)
    : lower1_(matrix.size(), 0.0), lower2_(matrix.size(), 0.0), pivot_inverse_(matrix.size(), 0.0) {
  const std::size_t n = matrix.size();
  double pivot1 = 0.0, pivot2 = 0.0;  // of rows i-1 and i-2
  for (std::size_t i = 0; i < n; ++i) {
    double coupling1 = 0.0;  // L(i, i-1) times its pivot
    double pivot = matrix.main[i];
    if (i >= 2) {
      lower2_[i] = matrix.second[i - 2] * pivot_inverse_[i - 2];
      pivot -= lower2_[i] * lower2_[i] * pivot2;
    }
    if (i >= 1) {
      coupling1 = matrix.first[i - 1] - (i >= 2 ? matrix.second[i - 2] * lower1_[i - 1] : 0.0);
      lower1_[i] = coupling1 * pivot_inverse_[i - 1];
      pivot -= lower1_[i] * coupling1;
    }
    pivot_inverse_[i] = 1.0 / pivot;
    pivot2 = pivot1;
    pivot1 = pivot;
  }
}

/// Forward and back substitution for `width` columns. A width of 1 known to the compiler
/// leaves no loops over columns.
template <int kWidth>
void Pentadiagonal::substitute(Matrix& right_hand_sides, Index first, Index width) const {
  const auto n = static_cast<Index>(size());
  const auto row = [&](Index i) {
    return right_hand_sides.row(i).template segment<kWidth>(first, width);
  };
  if (n > 1) row(1) -= lower1_[1] * row(0);
  for (Index i = 2; i < n; ++i)
    row(i) -= lower1_[static_cast<std::size_t>(i)] * row(i - 1) +
              lower2_[static_cast<std::size_t>(i)] * row(i - 2);
  for (Index i = n; i-- > 0;) {
    const auto at = static_cast<std::size_t>(i);
    if (i + 2 < n)
      row(i) =
          pivot_inverse_[at] * row(i) - lower1_[at + 1] * row(i + 1) - lower2_[at + 2] * row(i + 2);
    else if (i + 1 < n)
      row(i) = pivot_inverse_[at] * row(i) - lower1_[at + 1] * row(i + 1);
    else
      row(i) *= pivot_inverse_[at];
  }
}

void Pentadiagonal::solve(Matrix& right_hand_sides) const {
  constexpr Index kBlock = 64;  // columns whose last three rows stay in the first-level cache
  const Index columns = right_hand_sides.cols();
  if (columns == 1) return substitute<1>(right_hand_sides, 0, 1);
  for (Index first = 0; first < columns; first += kBlock)
    substitute<Eigen::Dynamic>(right_hand_sides, first, std::min(kBlock, columns - first));
}

Bands Pentadiagonal::inverse_bands() const {
  const std::size_t n = size();
  Bands inverse(n);
  for (std::size_t i = n; i-- > 0;) {
    const double l1 = i + 1 < n ? lower1_[i + 1] : 0.0;
    const double l2 = i + 2 < n ? lower2_[i + 2] : 0.0;
    const double main1 = i + 1 < n ? inverse.main[i + 1] : 0.0;
    const double main2 = i + 2 < n ? inverse.main[i + 2] : 0.0;
    const double first1 = i + 1 < n ? inverse.first[i + 1] : 0.0;
    inverse.second[i] = -l1 * first1 - l2 * main2;
    inverse.first[i] = -l1 * main1 - l2 * first1;
    inverse.main[i] = pivot_inverse_[i] - l1 * inverse.first[i] - l2 * inverse.second[i];
  }
  return inverse;
}

}  // namespace laggard::math
