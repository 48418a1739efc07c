#include "math/curve_order.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace laggard::math {
namespace {

using Order = std::vector<std::uint32_t>;

Order sorted(const Matrix& points) {
  Order order(static_cast<std::size_t>(points.rows()));
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return points(a, 0) < points(b, 0); });
  return order;
}

Matrix distances(const Matrix& points) {
  const Matrix centred = points.rowwise() - points.colwise().mean();
  Matrix squared = -2.0 * (centred * centred.transpose());
  const Vector norms = centred.rowwise().squaredNorm();
  squared.colwise() += norms;
  squared.rowwise() += norms.transpose();
  return squared.cwiseMax(0.0).cwiseSqrt();
}

Order nearest_neighbour(const Matrix& distance, std::uint32_t start) {
  const auto count = static_cast<std::size_t>(distance.rows());
  Order order{start};
  std::vector<bool> visited(count, false);
  visited[start] = true;
  while (order.size() < count) {
    std::uint32_t best = 0;
    double best_distance = std::numeric_limits<double>::infinity();
    for (std::uint32_t j = 0; j < count; ++j) {
      if (visited[j] || !(distance(order.back(), j) < best_distance)) continue;
      best = j;
      best_distance = distance(order.back(), j);
    }
    if (visited[best])  // only non-finite distances are left
      best = static_cast<std::uint32_t>(std::find(visited.begin(), visited.end(), false) -
                                        visited.begin());
    visited[best] = true;
    order.push_back(best);
  }
  return order;
}

/// Improves an open path in place. The ends are free: an edge past an end has length 0.
class PathImprover {
 public:
  PathImprover(const Matrix& distance, Order& order) : distance_(distance), order_(order) {}

  void run() {
    while (reverse_stretches() || move_stretches()) {
    }
  }

 private:
  static constexpr double kGain = 1e-12;  // relative; keeps rounding from cycling

  std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(order_.size()); }

  double edge(std::ptrdiff_t i, std::ptrdiff_t j) const {
    if (i < 0 || j < 0 || i >= size() || j >= size()) return 0.0;
    return distance_(order_[static_cast<std::size_t>(i)], order_[static_cast<std::size_t>(j)]);
  }

  static bool better(double added, double removed) { return added < removed * (1.0 - kGain); }

  /// 2-opt: replace edges (i-1, i) and (j, j+1) by (i-1, j) and (i, j+1).
  bool reverse_stretches() {
    bool improved = false;
    for (std::ptrdiff_t i = 0; i < size(); ++i)
      for (std::ptrdiff_t j = i + 1; j < size(); ++j)
        if (better(edge(i - 1, j) + edge(i, j + 1), edge(i - 1, i) + edge(j, j + 1))) {
          std::reverse(order_.begin() + i, order_.begin() + j + 1);
          improved = true;
        }
    return improved;
  }

  /// or-opt: take the stretch [i, j] out and put it between k and k + 1.
  bool move_stretches() {
    bool improved = false;
    for (std::ptrdiff_t length = 1; length <= 3; ++length)
      for (std::ptrdiff_t i = 0; i + length <= size(); ++i)
        improved = move_stretch(i, i + length - 1) || improved;
    return improved;
  }

  bool move_stretch(std::ptrdiff_t i, std::ptrdiff_t j) {
    const double freed = edge(i - 1, i) + edge(j, j + 1) - edge(i - 1, j + 1);
    for (std::ptrdiff_t k = -1; k < size(); ++k) {
      if (k >= i - 1 && k <= j) continue;
      if (!better(edge(k, i) + edge(j, k + 1), freed + edge(k, k + 1))) continue;
      const auto begin = order_.begin();
      if (k < i)
        std::rotate(begin + k + 1, begin + i, begin + j + 1);
      else
        std::rotate(begin + i, begin + j + 1, begin + k + 1);
      return true;
    }
    return false;
  }

  const Matrix& distance_;
  Order& order_;
};

double length_of(const Matrix& distance, const Order& order) {
  double length = 0.0;
  for (std::size_t i = 1; i < order.size(); ++i) length += distance(order[i - 1], order[i]);
  return length;
}

}  // namespace

std::vector<std::uint32_t> short_path(const Matrix& points, std::uint32_t starts) {
  if (points.cols() == 1 || points.rows() < 3) return sorted(points);
  const Matrix distance = distances(points);
  const auto count = static_cast<std::uint32_t>(points.rows());
  starts = count <= 256 ? std::clamp(starts, 1U, count) : 1;
  Order best;
  double best_length = std::numeric_limits<double>::infinity();
  for (std::uint32_t start = 0; start < starts; ++start) {
    Order order = nearest_neighbour(distance, start * (count / starts));
    PathImprover(distance, order).run();
    const double length = length_of(distance, order);
    if (best.empty() || length < best_length) {
      best = std::move(order);
      best_length = length;
    }
  }
  return best;
}

double path_operations(Index rows, Index width) {
  const auto points = static_cast<double>(rows);
  return width > 1 ? 1.5 * points * points * static_cast<double>(width) : 0.0;
}

double path_length(const Matrix& points, const std::vector<std::uint32_t>& order) {
  double length = 0.0;
  for (std::size_t i = 1; i < order.size(); ++i)
    length += (points.row(order[i]) - points.row(order[i - 1])).norm();
  return length;
}

}  // namespace laggard::math
