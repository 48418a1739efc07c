#include "math/broken_line.hpp"

#include <algorithm>

namespace laggard::math {

Matrix broken_line_matrix(std::span<const double> targets, std::span<const double> nodes) {
  const std::size_t n = nodes.size();
  Matrix result = Matrix::Zero(static_cast<Index>(targets.size()), static_cast<Index>(n));
  if (n == 1) return Matrix::Ones(result.rows(), 1);
  const bool descend = nodes.back() < nodes.front();
  const auto comes_before = [&](double a, double b) { return descend ? a > b : a < b; };
  for (Index t = 0; t < result.rows(); ++t) {
    const double z = targets[static_cast<std::size_t>(t)];
    // The piece that begins with the last node up to z.
    const auto behind = std::upper_bound(nodes.begin() + 1, nodes.end() - 1, z, comes_before);
    const auto i = behind - nodes.begin() - 1;
    const double from = nodes[static_cast<std::size_t>(i)];
    const double to = nodes[static_cast<std::size_t>(i) + 1];
    result(t, i) = (to - z) / (to - from);
    result(t, i + 1) = (z - from) / (to - from);
  }
  return result;
}

}  // namespace laggard::math
