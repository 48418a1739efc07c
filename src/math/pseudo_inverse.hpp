// Least squares for systems of any rank.
#pragma once

#include "core/types.hpp"

namespace laggard::math {

/// K x n pseudo-inverse A^+ of an n x K matrix: A^+ y is the x of least norm among those with the
/// least |A x - y|. By a complete orthogonal decomposition, A P = Q [T 0; 0 0] Z, with a QR
/// factorisation that picks the largest column first: O(n K min(n, K)).
///
/// What counts as rank: the columns whose pivot is above min(n, K) eps of the largest. A matrix
/// that is close to a lower rank has entries of up to 1 / eps in its pseudo-inverse, as the problem
/// itself says.
Matrix pseudo_inverse(const Matrix& matrix);

}  // namespace laggard::math
