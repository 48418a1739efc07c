// ApproxIFER's error locator.
#pragma once

#include <span>
#include <vector>

#include "core/types.hpp"

namespace laggard::math {

/// Values (n x m) at nodes t in [-1, 1] of functions that rationals P / Q approximate, `wrong` rows
/// of them erroneous. Per coordinate, P and Q of degree K + E - 1 solve P(t_i) = y_i Q(t_i) best,
/// and each of the E nodes where |Q| is smallest gets a vote: a wrong value forces Q to vanish
/// there (ApproxIFER, Soleymani et al., arXiv 2109.09868). The E rows with the most votes are
/// returned, ascending; among equal ones, those where Q is smaller.
///
/// The paper sets the constant term of Q to 1 and solves for powers of t, which is ill-conditioned
/// from K + E = 12 on. Here P and Q are Chebyshev series, and the smallest right singular vector
/// of the system is taken: O(m n (K + E)^2). n >= 2 K + 2 E - 1.
std::vector<Index> locate_errors(std::span<const double> nodes, MatrixView values,
                                 std::size_t degree_bound, std::size_t wrong);

/// Values that P and Q need for K data points and E errors.
constexpr std::size_t locator_values(std::size_t data_points, std::size_t wrong) {
  return 2 * data_points + 2 * wrong - 1;
}

}  // namespace laggard::math
