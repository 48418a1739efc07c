#include "math/rational_locator.hpp"

#include <Eigen/SVD>
#include <algorithm>
#include <limits>
#include <numeric>

namespace laggard::math {
namespace {

/// T_0..T_{count - 1} at the nodes.
Matrix chebyshev_series(std::span<const double> nodes, Index count) {
  Matrix series(static_cast<Index>(nodes.size()), count);
  for (Index i = 0; i < series.rows(); ++i) {
    const double t = nodes[static_cast<std::size_t>(i)];
    series(i, 0) = 1.0;
    if (count > 1) series(i, 1) = t;
    for (Index k = 2; k < count; ++k) series(i, k) = 2.0 * t * series(i, k - 1) - series(i, k - 2);
  }
  return series;
}

}  // namespace

std::vector<Index> locate_errors(std::span<const double> nodes, MatrixView values,
                                 std::size_t degree_bound, std::size_t wrong) {
  const auto n = static_cast<Index>(nodes.size());
  const auto terms = static_cast<Index>(degree_bound + wrong);
  const Matrix series = chebyshev_series(nodes, terms);
  std::vector<std::size_t> votes(nodes.size(), 0);
  Vector closeness = Vector::Zero(n);
  Matrix system(n, 2 * terms);
  system.leftCols(terms) = series;
  std::vector<Index> order(nodes.size());
  for (Index c = 0; c < values.cols(); ++c) {
    const double scale = values.col(c).cwiseAbs().maxCoeff();
    if (!(scale > 0.0)) continue;  // all of them agree
    system.rightCols(terms) = (-values.col(c) / scale).asDiagonal() * series;
    const Eigen::BDCSVD<Matrix> svd(system, Eigen::ComputeFullV);
    const Vector q = (series * svd.matrixV().col(2 * terms - 1).tail(terms)).cwiseAbs();
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return q[a] < q[b]; });
    for (std::size_t i = 0; i < wrong; ++i) ++votes[static_cast<std::size_t>(order[i])];
    closeness += q / std::max(q.maxCoeff(), std::numeric_limits<double>::min());
  }
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
    const auto at = [&](Index i) { return votes[static_cast<std::size_t>(i)]; };
    return at(a) != at(b) ? at(a) > at(b) : closeness[a] < closeness[b];
  });
  order.resize(wrong);
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace laggard::math
