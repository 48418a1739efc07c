#include "math/barycentric.hpp"

#include <algorithm>
#include <cmath>

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

}  // namespace

std::vector<double> lagrange_weights(std::span<const double> nodes) {
  std::vector<Scaled> products(nodes.size());
  int smallest = std::numeric_limits<int>::max();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (std::size_t j = 0; j < nodes.size(); ++j)
      if (j != i) products[i].multiply(nodes[i] - nodes[j]);
    smallest = std::min(smallest, products[i].exponent);
  }
  std::vector<double> weights(nodes.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    weights[i] = std::ldexp(1.0 / products[i].mantissa, smallest - products[i].exponent);
    largest = std::max(largest, std::abs(weights[i]));
  }
  for (double& weight : weights) weight /= largest;
  return weights;
}

}  // namespace laggard::math
