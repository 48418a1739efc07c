// Linear interpolation as a matrix.
#pragma once

#include <span>

#include "core/types.hpp"

namespace laggard::math {

/// T x n matrix of the broken line through values at the nodes, which ascend or descend strictly;
/// the first and the last piece go on beyond the ends. Exactly a row of the identity at a node. One
/// node gives a constant. O(T (n + log n)).
Matrix broken_line_matrix(std::span<const double> targets, std::span<const double> nodes);

}  // namespace laggard::math
