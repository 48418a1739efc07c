#include "math/pentadiagonal.hpp"

#include <Eigen/Dense>
#include <catch2/catch.hpp>

#include "core/random.hpp"

using namespace laggard;
using namespace laggard::math;

namespace {

Bands random_bands(std::size_t n) {
  Stream stream({n, Purpose::kData, 0, 0});
  Bands bands(n);
  for (std::size_t i = 0; i < n; ++i) {
    bands.main[i] = 4.0 + uniform01(stream);
    if (i + 1 < n) bands.first[i] = standard_normal(stream) * 0.5;
    if (i + 2 < n) bands.second[i] = standard_normal(stream) * 0.3;
  }
  return bands;
}

Eigen::MatrixXd dense(const Bands& bands) {
  const auto n = static_cast<Index>(bands.size());
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(n, n);
  for (Index i = 0; i < n; ++i) {
    matrix(i, i) = bands.main[static_cast<std::size_t>(i)];
    if (i + 1 < n) matrix(i, i + 1) = matrix(i + 1, i) = bands.first[static_cast<std::size_t>(i)];
    if (i + 2 < n) matrix(i, i + 2) = matrix(i + 2, i) = bands.second[static_cast<std::size_t>(i)];
  }
  return matrix;
}

}  // namespace

TEST_CASE("solve and inverse bands agree with dense algebra") {
  for (std::size_t n : {1U, 2U, 3U, 4U, 17U, 80U}) {
    const Bands bands = random_bands(n);
    const Eigen::MatrixXd inverse = dense(bands).inverse();
    const Pentadiagonal factor(bands);
    Matrix identity = Matrix::Identity(static_cast<Index>(n), static_cast<Index>(n));
    factor.solve(identity);
    CHECK((identity - inverse).cwiseAbs().maxCoeff() < 1e-12);
    const Bands inner = factor.inverse_bands();
    for (std::size_t i = 0; i < n; ++i) {
      const auto at = static_cast<Index>(i);
      CHECK(inner.main[i] == Approx(inverse(at, at)).margin(1e-13));
      if (i + 1 < n) CHECK(inner.first[i] == Approx(inverse(at, at + 1)).margin(1e-13));
      if (i + 2 < n) CHECK(inner.second[i] == Approx(inverse(at, at + 2)).margin(1e-13));
    }
  }
}

TEST_CASE("many right-hand sides are solved like one") {
  const Pentadiagonal factor(random_bands(50));
  Matrix many = Matrix::Random(50, 131);
  const Matrix given = many;
  factor.solve(many);
  for (Index j : {0, 63, 64, 130}) {
    Matrix one = given.col(j);
    factor.solve(one);
    CHECK(one == many.col(j));
  }
}
