#include "math/polynomial_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace laggard::math {

PolynomialFit::PolynomialFit(std::span<const double> targets, std::span<const double> nodes,
                             std::size_t largest, const Variances& variances) {
  const auto n = static_cast<Index>(nodes.size()), count = static_cast<Index>(targets.size());
  const Eigen::Map<const Vector> x(nodes.data(), n), z(targets.data(), count);
  const Index degrees = std::min(static_cast<Index>(largest), n - 1) + 1;
  on_nodes_.resize(n, degrees);
  on_targets_.resize(count, degrees);
  double constant = 1.0 / std::sqrt(static_cast<double>(n));
  on_nodes_.col(0).setConstant(constant);
  if (!variances.all_equal()) {
    roots_.resize(n);
    for (Index i = 0; i < n; ++i) roots_[i] = 1.0 / std::sqrt(variances[std::size_t(i)]);
    constant = 1.0 / roots_.norm();
    on_nodes_.col(0) = roots_ * constant;
  }
  on_targets_.col(0).setConstant(constant);
  for (Index p = 1; p < degrees; ++p) {
    Vector next = x.cwiseProduct(on_nodes_.col(p - 1));
    Vector there = z.cwiseProduct(on_targets_.col(p - 1));
    for (int pass = 0; pass < 2; ++pass) {  // the second one restores orthogonality
      const Vector shares = on_nodes_.leftCols(p).transpose() * next;
      next -= on_nodes_.leftCols(p) * shares;
      there -= on_targets_.leftCols(p) * shares;
    }
    const double norm = next.norm();
    on_nodes_.col(p) = next / norm;
    on_targets_.col(p) = there / norm;
  }
}

Matrix PolynomialFit::matrix(std::size_t degree) const {
  const auto count = static_cast<Index>(std::min(degree, largest())) + 1;
  Matrix result = on_targets_.leftCols(count) * on_nodes_.leftCols(count).transpose();
  if (roots_.size() > 0) result *= roots_.asDiagonal();
  return result;
}

Matrix PolynomialFit::evaluate(MatrixView values, std::size_t degree) const {
  const auto count = static_cast<Index>(std::min(degree, largest())) + 1;
  if (roots_.size() == 0)
    return on_targets_.leftCols(count) * (on_nodes_.leftCols(count).transpose() * values);
  return on_targets_.leftCols(count) * (on_nodes_.leftCols(count).transpose() * weighted(values));
}

Matrix PolynomialFit::weighted(MatrixView values) const {
  if (roots_.size() == 0) return values;
  return roots_.asDiagonal() * values;
}

std::size_t PolynomialFit::degree_by_leaving_out(MatrixView values) const {
  const Index n = on_nodes_.rows();
  if (n < 3) return 0;
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  each_degree(values, [&](Index p, const Matrix& residual, const Vector& spare) {
    double sum = 0.0;
    for (Index i = 1; i + 1 < n; ++i)
      sum += spare[i] > kDetermined ? residual.row(i).squaredNorm() / (spare[i] * spare[i])
                                    : std::numeric_limits<double>::infinity();
    if (!(sum < least)) return;
    least = sum;
    best = static_cast<std::size_t>(p);
  });
  return best;
}

}  // namespace laggard::math
