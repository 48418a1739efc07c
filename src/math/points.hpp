// Where data and workers sit on [-1, 1]. All sequences descend from +1 towards -1, as in the
// papers' cosine formulas, and are exactly symmetric about 0.
#pragma once

#include <cstdint>
#include <vector>

namespace laggard::math {

/// Chebyshev points of the first kind, cos((2k-1) pi / 2n), k = 1..n: the alphas. Computed as
/// sin(pi (n-2k+1) / 2n), which is odd about the middle to the last bit.
std::vector<double> chebyshev_first(std::uint32_t n);

/// Chebyshev points of the second kind, cos((j-1) pi / (n-1)), j = 1..n, end points included; {0}
/// for n = 1. A point equals one of chebyshev_first(k) exactly when it does so mathematically.
/// Gaps between neighbours differ by a factor of about 2n/pi.
std::vector<double> chebyshev_second(std::uint32_t n);

/// 1 - 2(j-1)/(n-1), j = 1..n; {0} for n = 1. Satisfies the bounded-gap assumption of LeTCC's
/// noisy theorem (arXiv 2406.00300), which Chebyshev points do not.
std::vector<double> equispaced(std::uint32_t n);

}  // namespace laggard::math
