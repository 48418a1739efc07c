// Polynomials of a chosen degree through scattered values, by least squares.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "core/types.hpp"
#include "math/variances.hpp"

namespace laggard::math {

/// Least squares on polynomials of degree p <= `largest` (and < n), as matrices, with weights 1 /
/// v_i. The polynomials are made orthonormal on the nodes one degree after the other (Brubeck,
/// Nakatsukasa and Trefethen, SIAM Review 63, 2021: Vandermonde with Arnoldi) and evaluated at the
/// targets by the same recurrence, which is stable for any nodes: O((n + T) P^2) for P degrees.
///
/// Between nodes that are close to Chebyshev's the error falls with p as fast as the function is
/// smooth. Where neighbours are missing it explodes: at p near n by 2^(missing ones) and more.
class PolynomialFit {
 public:
  /// n >= 1 distinct nodes.
  PolynomialFit(std::span<const double> targets, std::span<const double> nodes, std::size_t largest,
                const Variances& variances = {});

  std::size_t largest() const { return static_cast<std::size_t>(on_nodes_.cols()) - 1; }

  /// T x n; a degree beyond largest() counts as that.
  Matrix matrix(std::size_t degree) const;

  /// What matrix(degree) * values is, in O((n + T) p m).
  Matrix evaluate(MatrixView values, std::size_t degree) const;

  /// The degree up to min(n - 2, largest) with the least mean squared error of leaving one value
  /// out, r_i / (1 - h_i) with leverage h_i, without the first and the last node, where that is
  /// extrapolation; all columns of the values together. 0 for fewer than 3 nodes. O(n P m).
  /// (Generalised cross-validation, which has one 1 - h for all, chooses degrees that err by up to
  /// 1e5 times more.)
  std::size_t degree_by_leaving_out(MatrixView values) const;

  /// Calls visit(p, residual, spare) for p = 0, 1, .. up to min(n - 2, largest): what the
  /// polynomial of degree p leaves of the values, over sqrt(v_i), and 1 - h_i.
  template <class Visit>
  void each_degree(MatrixView values, const Visit& visit) const {
    Matrix residual = weighted(values);
    Vector spare = Vector::Ones(on_nodes_.rows());
    for (Index p = 0; p < std::min(on_nodes_.cols(), on_nodes_.rows() - 1); ++p) {
      const auto q = on_nodes_.col(p);
      residual -= q * (q.transpose() * residual);
      spare -= q.cwiseAbs2();
      visit(p, static_cast<const Matrix&>(residual), static_cast<const Vector&>(spare));
    }
  }

  /// Of 1 - h_i: what is left of such a value is rounding.
  static constexpr double kDetermined = 1e-10;

  // The orthonormal polynomial of degree p, on the nodes over sqrt(v_i).
  auto on_nodes(Index p) const { return on_nodes_.col(p); }
  auto on_targets(Index p) const { return on_targets_.col(p); }

 private:
  Matrix weighted(MatrixView values) const;

  Vector roots_;                           // of the weights; empty: all are 1
  Eigen::MatrixXd on_nodes_, on_targets_;  // a column per degree
};

}  // namespace laggard::math
