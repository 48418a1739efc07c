// In which order vectors are threaded on a curve.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.hpp"

namespace laggard::math {

/// A short open path through the rows of `points` (K x d) by Euclidean length: nearest neighbour
/// from `starts` points (one above 256 points), improved by 2-opt and by moving stretches of up to
/// three points (or-opt) until neither helps. Scalars (d = 1) are sorted, which is optimal. Element
/// i is the row that comes i-th. Deterministic. O(K^2 d) for the distances, O(K^2) memory, about
/// O(K^2) per sweep of improvements. K <= kLargestPath.
std::vector<std::uint32_t> short_path(const Matrix& points, std::uint32_t starts = 8);

inline constexpr Index kLargestPath = 5000;

/// Operations to find a path through so many rows: the distances. Its improvements need no more
/// than some passes over the K^2 of them, and scalars are sorted.
double path_operations(Index rows, Index width);

/// Length of the path that visits the rows in the given order.
double path_length(const Matrix& points, const std::vector<std::uint32_t>& order);

}  // namespace laggard::math
