// Where data and workers sit on [-1, 1]. All sequences descend strictly from +1 towards -1, as in
// the papers' cosine formulas. Those that do not look at the data are exactly symmetric about 0.
#pragma once

#include <cstdint>
#include <span>
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

/// The points on the other side of 0: those that descend ascend, as splines want their knots. A
/// natural spline is the same in a mirror.
std::vector<double> mirrored(std::span<const double> points);

/// Of the mean step. At 1e-3, two data points that coincide cost 1e-7 of the squared error.
inline constexpr double kSmallestStep = 1e-9;

/// n = |steps| + 1 points of the data from the lengths of the steps between them, which are finite
/// and not negative: gaps are proportional to step^power, and the ends are those of
/// chebyshev_first. Data points that coincide get a gap of kSmallestStep of the mean, or 8 units in
/// the last place if that is more, so that the points descend strictly.
std::vector<double> chord_points(std::span<const double> steps, double power);

/// n points that contain every alpha to the last bit. The others divide the steps, each into equal
/// parts, such that the longest part is as short as possible. `alpha` descends and has from 2 to n
/// elements; `steps` has one element less.
std::vector<double> systematic_points(std::span<const double> alpha, std::span<const double> steps,
                                      std::uint32_t n);

}  // namespace laggard::math
