// Which few values do not belong to a smooth curve.
#pragma once

#include <span>
#include <vector>

#include "core/types.hpp"

namespace laggard::math {

struct OutlierSearch {
  std::size_t most = 1;  ///< B: at most so many values are wrong
  bool readmit = true;   ///< B is only a bound; those that fit after all return
};

struct Outliers {
  std::vector<Index> rows;  ///< ascending
  double lambda = 0.0;      ///< at which they stand out
};

/// Sparse errors in a smoothing spline, over all coordinates together. A set of B values is found
/// whose removal lets the others be predicted best from each other: many sets are made, each by
/// taking the value away without which the spline's objective falls most, B times, for several
/// lambdas; from the worst run of B neighbours; and from Huber's fit. Exchanges of single members
/// make each set better. The set with the least mean square of misses (each kept value from the
/// prediction of the other kept ones, over all lambdas, the two ends excepted) wins.
///
/// Members return that miss their prediction no more than kept values near them do, and then as
/// many, one by one, as let all kept values predict the targets best.
///
/// Values whose errors look smooth, a run of B among them, cannot be told from the curve. O(B n m)
/// per set, O(n B^3) for the runs. Knots ascend; n >= least_values(B).
Outliers find_outliers(std::span<const double> knots, std::span<const double> targets,
                       MatrixView values, const OutlierSearch& search);

/// Half of the values and a line more: fewer could be explained by the outliers.
constexpr std::size_t least_values(std::size_t most) {
  return 2 * most + 3;
}

}  // namespace laggard::math
