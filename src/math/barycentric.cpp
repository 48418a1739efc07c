#include "math/barycentric.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace laggard::math {

Matrix barycentric_matrix(std::span<const double> targets, std::span<const double> nodes,
                          std::span<const double> weights) {
  const auto n = static_cast<Index>(nodes.size());
  const Eigen::Map<const Eigen::RowVectorXd> x(nodes.data(), n);
  const Eigen::Map<const Eigen::RowVectorXd> w(weights.data(), n);
  Matrix result(static_cast<Index>(targets.size()), n);
  for (Index t = 0; t < result.rows(); ++t) {
    const double z = targets[static_cast<std::size_t>(t)];
    auto row = result.row(t);
    row = (w.array() / (z - x.array())).matrix();
    const double sum = row.sum();
    if (std::isfinite(sum)) {
      row /= sum;
    } else {  // 0/0 and w/0 only where the target is a node
      Index node = 0;
      (x.array() - z).abs().minCoeff(&node);
      row.setZero();
      row[node] = 1.0;
    }
  }
  return result;
}

std::vector<double> berrut_weights(std::size_t n) {
  std::vector<double> weights(n, 1.0);
  for (std::size_t i = 1; i < n; i += 2) weights[i] = -1.0;
  return weights;
}

Matrix berrut_matrix(std::span<const double> targets, std::span<const double> nodes) {
  return barycentric_matrix(targets, nodes, berrut_weights(nodes.size()));
}

namespace {

/// mantissa * 2^exponent with |mantissa| in [0.5, 1).
struct Scaled {
  double mantissa = 1.0;
  int exponent = 0;

  void multiply(double factor) {
    int shift = 0;
    mantissa = std::frexp(mantissa * factor, &shift);
    exponent += shift;
  }
};

/// prod_{j != i} (x_i - x_j) for every i.
std::vector<Scaled> node_products(std::span<const double> nodes) {
  std::vector<Scaled> products(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i)
    for (std::size_t j = 0; j < nodes.size(); ++j)
      if (j != i) products[i].multiply(nodes[i] - nodes[j]);
  return products;
}

std::vector<double> weights_of(const std::vector<Scaled>& products) {
  int smallest = std::numeric_limits<int>::max();
  for (const Scaled& product : products) smallest = std::min(smallest, product.exponent);
  std::vector<double> weights;
  double largest = 0.0;
  for (const Scaled& product : products) {
    weights.push_back(std::ldexp(1.0 / product.mantissa, smallest - product.exponent));
    largest = std::max(largest, std::abs(weights.back()));
  }
  for (double& weight : weights) weight /= largest;
  return weights;
}

}  // namespace

std::vector<double> lagrange_weights(std::span<const double> nodes) {
  return weights_of(node_products(nodes));
}

Matrix lagrange_matrix(std::span<const double> targets, std::span<const double> nodes) {
  constexpr double kCancelled = 1e14;
  const std::vector<Scaled> products = node_products(nodes);
  Matrix result = barycentric_matrix(targets, nodes, weights_of(products));
  for (Index t = 0; t < result.rows(); ++t) {
    auto row = result.row(t);
    if (row.cwiseAbs().sum() <= kCancelled) continue;
    const double z = targets[static_cast<std::size_t>(t)];
    Scaled all;  // prod_j (z - x_j)
    for (const double node : nodes) all.multiply(z - node);
    for (std::size_t i = 0; i < nodes.size(); ++i)
      row[static_cast<Index>(i)] =
          std::ldexp(all.mantissa / (products[i].mantissa * (z - nodes[i])),
                     all.exponent - products[i].exponent);
  }
  return result;
}

std::vector<double> floater_hormann_weights(std::span<const double> nodes, std::size_t degree) {
  const std::size_t n = nodes.size(), q = std::min(degree, n - 1);
  std::vector<double> weights(n, 0.0);
  double scale = 1.0;  // keeps the products of q distances near 1
  if (n > 1) scale = static_cast<double>(n - 1) / std::abs(nodes.back() - nodes.front());
  double largest = 0.0;
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t first = k > q ? k - q : 0;
    for (std::size_t i = first; i <= k && i + q < n; ++i) {
      double product = 1.0;
      for (std::size_t j = i; j <= i + q; ++j)
        if (j != k) product /= scale * std::abs(nodes[k] - nodes[j]);
      weights[k] += product;
    }
    largest = std::max(largest, weights[k]);
    if (k % 2 == 1) weights[k] = -weights[k];
  }
  for (double& weight : weights) weight /= largest;
  return weights;
}

namespace {

/// Sum over the inner nodes of |y_i - r_{-i}(t_i)|^2, where r_{-i} knows all values but y_i.
double leave_one_out_error(std::span<const double> nodes, MatrixView values, std::size_t degree) {
  double sum = 0.0;
  std::vector<double> others(nodes.begin() + 1, nodes.end());
  for (std::size_t i = 1; i + 1 < nodes.size(); ++i) {
    others[i - 1] = nodes[i - 1];
    const Matrix row =
        barycentric_matrix(nodes.subspan(i, 1), others, floater_hormann_weights(others, degree));
    const auto before = static_cast<Index>(i), behind = row.cols() - before;
    Eigen::RowVectorXd error = values.row(before);
    error -= row.leftCols(before) * values.topRows(before);
    error -= row.rightCols(behind) * values.bottomRows(behind);
    sum += error.squaredNorm();
  }
  return sum;
}

}  // namespace

std::size_t floater_hormann_degree(std::span<const double> nodes, MatrixView values) {
  const std::size_t n = nodes.size();
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t q = 0; n > 2 && q <= std::min(kLargestBlend, n - 2); ++q) {
    const double sum = leave_one_out_error(nodes, values, q);
    if (!(sum < least)) continue;
    least = sum;
    best = q;
  }
  return best;
}

}  // namespace laggard::math
