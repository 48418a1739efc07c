// The lies that harm a linear decoder most.
#pragma once

#include <vector>

#include "core/types.hpp"

namespace laggard::math {

/// A linear decoder D (K x n) of answers y (n x m), of which some may be replaced by any numbers in
/// [-M, M]. With e = D y - truth, a change of row j by delta changes the squared error of
/// coordinate c by 2 delta (D^T e)_jc + delta^2 |D_j|^2. That is convex in delta, so the worst
/// value is M or -M.
class WorstLies {
 public:
  /// The matrices must outlive this object. bound > 0.
  WorstLies(const Matrix& decoder, const Matrix& answers, const Matrix& truth, double bound);

  struct Lies {
    std::vector<Index> liars;  ///< rows, ascending
    Matrix values;             ///< a row for each of them
  };

  /// `count` <= n liars whose lies make sum |e|^2 large: one after the other, each the worst beside
  /// those before it, then kSweeps passes in which each member may be replaced by a worse one; the
  /// worst of kStarts first members. The worst set itself in all small cases that
  /// tests/math/worst_lies_test.cpp compares (from one start it misses up to 1 % in one case of
  /// nine); there is no proof for larger ones. O(count n (K + m)).
  Lies find(std::size_t count) const;

  static constexpr int kSweeps = 3;
  static constexpr std::size_t kStarts = 4;

  /// The largest |e| of any point and coordinate that `count` liars can cause, exactly:
  ///   max over k, c and s = +-1 of  s e_kc + sum of the `count` largest (|D_kj| M - s D_kj y_jc).
  /// A liar may tell the truth. O(K n m).
  double largest_error(std::size_t count) const;

 private:
  class Search;

  const Matrix& decoder_;
  const Matrix& answers_;
  const Matrix& truth_;
  double bound_;
};

}  // namespace laggard::math
