#include "math/banded.hpp"

#include <Eigen/Dense>
#include <catch2/catch.hpp>

#include "core/random.hpp"

using namespace laggard;
using namespace laggard::math;

namespace {

template <int kBands>
Bands<kBands> random_bands(std::size_t n) {
  Stream stream({n, Purpose::kData, 0, 0});
  Bands<kBands> bands(n);
  for (std::size_t i = 0; i < n; ++i) {
    bands.diagonal[0][i] = 4.0 + uniform01(stream);
    for (std::size_t d = 1; d <= kBands && i + d < n; ++d)
      bands.diagonal[d][i] = standard_normal(stream) * (0.7 - 0.2 * double(d));
  }
  return bands;
}

template <int kBands>
Eigen::MatrixXd dense(const Bands<kBands>& bands) {
  const auto n = static_cast<Index>(bands.size());
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index d = 0; d <= kBands && i + d < n; ++d)
      matrix(i, i + d) = matrix(i + d, i) =
          bands.diagonal[static_cast<std::size_t>(d)][static_cast<std::size_t>(i)];
  return matrix;
}

}  // namespace

TEMPLATE_TEST_CASE_SIG("solve and inverse bands agree with dense algebra", "",
                       ((int kBands), kBands), 2, 3) {
  for (std::size_t n : {1U, 2U, 3U, 4U, 5U, 17U, 80U}) {
    const Bands<kBands> bands = random_bands<kBands>(n);
    const Eigen::MatrixXd inverse = dense(bands).inverse();
    const BandedFactor<kBands> factor(bands);
    Matrix identity = Matrix::Identity(static_cast<Index>(n), static_cast<Index>(n));
    factor.solve(identity);
    CHECK((identity - inverse).cwiseAbs().maxCoeff() < 1e-12);
    const Bands<kBands> inner = factor.inverse_bands();
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t d = 0; d <= kBands && i + d < n; ++d)
        CHECK(inner.diagonal[d][i] ==
              Approx(inverse(static_cast<Index>(i), static_cast<Index>(i + d))).margin(1e-13));
  }
}

TEMPLATE_TEST_CASE_SIG("many right-hand sides are solved like one", "", ((int kBands), kBands), 2,
                       3) {
  const BandedFactor<kBands> factor(random_bands<kBands>(50));
  Matrix many = Matrix::Random(50, 131);
  const Matrix given = many;
  factor.solve(many);
  for (Index j : {0, 63, 64, 130}) {
    Matrix one = given.col(j);
    factor.solve(one);
    CHECK(one == many.col(j));
  }
}

TEMPLATE_TEST_CASE_SIG("scaling rows and columns by powers of 2 changes no digit", "",
                       ((int kBands), kBands), 2, 3) {
  Bands<kBands> bands = random_bands<kBands>(40);
  Matrix plain = Matrix::Ones(40, 1);
  BandedFactor<kBands>(bands).solve(plain);
  const auto scale = [](std::size_t i) {
    return std::ldexp(1.0, static_cast<int>(i % 17) * 5 - 40);
  };
  Matrix scaled(40, 1);
  for (std::size_t i = 0; i < 40; ++i) {
    scaled(static_cast<Index>(i), 0) = scale(i);
    for (std::size_t d = 0; d <= kBands && i + d < 40; ++d)
      bands.diagonal[d][i] *= scale(i) * scale(i + d);
  }
  BandedFactor<kBands>(bands).solve(scaled);
  for (std::size_t i = 0; i < 40; ++i)
    CHECK(scaled(static_cast<Index>(i), 0) * scale(i) == plain(static_cast<Index>(i), 0));
}
