#include "math/pseudo_inverse.hpp"

#include <Eigen/LU>
#include <catch2/catch.hpp>

#include "random_matrix.hpp"

using namespace laggard;
using laggard::testing::normal_matrix;
using math::pseudo_inverse;

namespace {

double distance(const Matrix& a, const Matrix& b) {
  return (a - b).cwiseAbs().maxCoeff();
}

/// The four conditions that only one matrix meets (Penrose 1955).
void check_penrose(const Matrix& a) {
  const Matrix x = pseudo_inverse(a);
  REQUIRE(x.rows() == a.cols());
  REQUIRE(x.cols() == a.rows());
  const Matrix ax = a * x, xa = x * a;
  CHECK(distance(ax * a, a) < 1e-12);
  CHECK(distance(xa * x, x) < 1e-12);
  CHECK(distance(ax.transpose(), ax) < 1e-12);
  CHECK(distance(xa.transpose(), xa) < 1e-12);
}

}  // namespace

TEST_CASE("the pseudo-inverse meets the conditions of Penrose", "[pseudo_inverse]") {
  check_penrose(normal_matrix(9, 4, 1));
  check_penrose(normal_matrix(4, 9, 2));
  check_penrose(normal_matrix(6, 6, 3));
  check_penrose(normal_matrix(1, 5, 4));
  check_penrose(normal_matrix(9, 2, 5) * normal_matrix(2, 6, 6));  // of rank 2
  check_penrose(normal_matrix(3, 1, 7) * normal_matrix(1, 8, 8));
  Matrix gaps = normal_matrix(7, 5, 9);
  gaps.col(2).setZero();
  check_penrose(gaps);
  CHECK(pseudo_inverse(gaps).row(2).cwiseAbs().maxCoeff() < 1e-15);
}

TEST_CASE("of full rank, the pseudo-inverse solves the normal equations", "[pseudo_inverse]") {
  const Matrix a = normal_matrix(12, 5, 1);
  const Matrix slow = (a.transpose() * a).inverse() * a.transpose();
  CHECK(distance(pseudo_inverse(a), slow) < 1e-12);
  CHECK(distance(pseudo_inverse(a) * a, Matrix::Identity(5, 5)) < 1e-13);
}

TEST_CASE("the pseudo-inverse of nothing but zeros is zero", "[pseudo_inverse]") {
  CHECK(pseudo_inverse(Matrix::Zero(3, 2)) == Matrix::Zero(2, 3));
  CHECK(pseudo_inverse(Matrix(0, 2)).rows() == 2);
}
