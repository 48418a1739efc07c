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

}  // namespace laggard::math
