// Rational and polynomial interpolation in barycentric form.
#pragma once

#include <span>
#include <vector>

#include "core/types.hpp"

namespace laggard::math {

/// T x n matrix B of the barycentric formula of the second kind,
///   B(t, i) = (w_i / (z_t - x_i)) / sum_j (w_j / (z_t - x_j)),
/// the row of the identity where a target z_t is a node. Rows sum to 1. Cost O(T n). Stable when
/// the weights alternate in sign over sorted nodes (Berrut & Trefethen, SIAM Review 46, 2004).
/// Nodes are distinct and finite; targets.size() = T, nodes.size() = weights.size() = n >= 1.
Matrix barycentric_matrix(std::span<const double> targets, std::span<const double> nodes,
                          std::span<const double> weights);

/// Berrut's first interpolant for sorted nodes: +1, -1, +1, ... No real poles whatever the nodes
/// (Berrut 1988); the signs must follow the sorted order of the nodes that are there.
std::vector<double> berrut_weights(std::size_t n);

/// Berrut's interpolant as a matrix, T x n.
Matrix berrut_matrix(std::span<const double> targets, std::span<const double> nodes);

/// Weights of polynomial interpolation, 1 / prod_{j != i} (x_i - x_j), scaled to a largest
/// magnitude of 1. Cost O(n^2); products are kept as mantissa and exponent, so nothing overflows.
/// The interpolant is exact for polynomials of degree < n; its condition grows like 2^(gap) where
/// many neighbouring nodes are missing from a Chebyshev set.
std::vector<double> lagrange_weights(std::span<const double> nodes);

/// T x n matrix of polynomial interpolation: the formula of the second kind with these weights, but
/// for rows whose absolute values sum to more than 1e14. There the sum that it divides by has
/// cancelled to nothing, and the formula of the first kind is taken instead, l_i(z) as a product in
/// mantissa and exponent. It loses no digits in any entry (Higham, IMA J. Numer. Anal. 24, 2004),
/// although the product with rounded values has none left. Entries beyond 1e308 are infinite.
Matrix lagrange_matrix(std::span<const double> targets, std::span<const double> nodes);

/// Floater and Hormann's family (Numer. Math. 107, 2007) for sorted nodes: blends of the
/// polynomials of degree q through q + 1 neighbours, exact for polynomials of degree q, no real
/// poles; q = 0 is Berrut's, q = n - 1 Lagrange's. Scaled to a largest magnitude of 1. O(n q^2).
/// Larger q are more accurate for dense nodes and explode where many neighbours are missing. A
/// larger q than n - 1 counts as n - 1.
std::vector<double> floater_hormann_weights(std::span<const double> nodes, std::size_t degree);

/// The q <= kLargestBlend whose interpolants err least at values that are left out one at a time,
/// the two ends excepted, in the mean square over all columns. The weights are made anew for the
/// others each time, since signs must alternate over what is there: O(n^2 (q^2 + m)). n >= 1,
/// values n x m.
std::size_t floater_hormann_degree(std::span<const double> nodes, MatrixView values);

inline constexpr std::size_t kLargestBlend = 6;

}  // namespace laggard::math
