// Estimates of a function of vectors from its values at scattered places.
#pragma once

#include "core/types.hpp"

namespace laggard::math {

/// Coordinates of the rows of `data` (K x d) in a space of min(K, d) dimensions with the same
/// distances, so that combinations of the rows can be compared without a pass over d: a QR
/// factorisation of the transpose, O(K^2 d). Distances from inner products would cancel.
Matrix reduced_places(const Matrix& data);

/// T x n matrix of ordinary kriging with the variogram |x - x'| (a polyharmonic spline of order 1):
/// maps values at the rows of `nodes` to estimates at the rows of `targets`. Rows sum to 1. It
/// interpolates; in one dimension it is the broken line through the values, and constant outside.
/// Nodes closer than kSamePlace of the largest distance count as one place with the mean of their
/// values, since equal rows would make the system singular.
///
/// With C(x, y) = |x - o| + |y - o| - |x - y| for one of the places, o, the weights of the others
/// are C^{-1} c(x) and o takes the rest up to 1. C is the covariance of a Brownian field that
/// starts at o, positive definite, so that a Cholesky factorisation will do: O(n^3 / 3 + T n^2),
/// and O((n + T) n r) for the distances in r dimensions. Its condition grows like n D / h for
/// diameter D and smallest distance h. n >= 1.
Matrix kriging_matrix(const Matrix& targets, const Matrix& nodes);

/// The matrix that takes the value of the nearest node, the first one of equals.
Matrix nearest_matrix(const Matrix& targets, const Matrix& nodes);

inline constexpr double kSamePlace = 1e-10;

/// Beyond it, kriging is refused: its two n x n matrices would need more than 400 MB, and minutes.
inline constexpr Index kLargestKriging = 5000;

}  // namespace laggard::math
