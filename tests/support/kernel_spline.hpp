// Smoothing splines by the representer theorem in 34 digits: dense, slow, and of any order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "core/types.hpp"
#include "support/quad_spline.hpp"

namespace laggard::testing {

/// int_{-1}^{min(s, t)} (s - u)^(m-1) (t - u)^(m-1) du / (m-1)!^2, the kernel of H^m without the
/// polynomials.
inline Quad bend_kernel(int order, Quad s, Quad t) {
  const Quad a = std::min(s, t) + 1, d = std::max(s, t) + 1 - a;
  if (order == 2) return a * a * (d / 2 + a / 3);
  return a * a * a * (a * a / 5 + d * a / 2 + d * d / 3) / 4;
}

/// The operator of the spline that minimises sum (y_i - g(t_i))^2 / variance_i + weight int
/// (g^(m))^2, targets x knots: (kernel + weight diag(variance)) c + polynomials = y with c
/// orthogonal to the polynomials, by elimination with pivoting.
inline Matrix kernel_spline_matrix(int order, std::span<const double> knots, double weight,
                                   std::span<const double> targets,
                                   std::vector<double> variances = {}) {
  variances.resize(knots.size(), 1.0);
  const std::size_t n = knots.size(), free = std::min<std::size_t>(n, std::size_t(order));
  const std::size_t size = n + free, columns = size + targets.size();
  std::vector<std::vector<Quad>> rows(size, std::vector<Quad>(columns, 0));
  const auto fill_column = [&](std::size_t column, double at) {
    for (std::size_t i = 0; i < n; ++i) rows[i][column] = bend_kernel(order, knots[i], at);
    Quad power = 1;
    for (std::size_t p = 0; p < free; ++p, power *= at) rows[n + p][column] = power;
  };
  for (std::size_t j = 0; j < n; ++j) {
    fill_column(j, knots[j]);
    for (std::size_t p = 0; p < free; ++p) rows[j][n + p] = rows[n + p][j];
    rows[j][j] += static_cast<Quad>(weight) * variances[j];
  }
  for (std::size_t t = 0; t < targets.size(); ++t) fill_column(size + t, targets[t]);
  const auto magnitude = [](Quad value) { return value < 0 ? -value : value; };
  for (std::size_t c = 0; c < size; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c; r < size; ++r)
      if (magnitude(rows[r][c]) > magnitude(rows[pivot][c])) pivot = r;
    std::swap(rows[c], rows[pivot]);
    for (std::size_t r = 0; r < size; ++r) {
      if (r == c) continue;
      const Quad factor = rows[r][c] / rows[c][c];
      for (std::size_t j = c; j < columns; ++j) rows[r][j] -= factor * rows[c][j];
    }
  }
  Matrix result(static_cast<Index>(targets.size()), static_cast<Index>(n));
  for (std::size_t t = 0; t < targets.size(); ++t)
    for (std::size_t i = 0; i < n; ++i)
      result(static_cast<Index>(t), static_cast<Index>(i)) =
          static_cast<double>(rows[i][size + t] / rows[i][i]);
  return result;
}

}  // namespace laggard::testing
