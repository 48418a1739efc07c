#include "math/gcv.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"

using namespace laggard;
using namespace laggard::math;

namespace {

std::vector<double> knots_of(std::uint32_t n) {
  auto points = chebyshev_second(n);
  std::reverse(points.begin(), points.end());
  points.erase(points.begin() + n / 3);
  return points;
}

Matrix noisy(const std::vector<double>& knots, Index columns, double sigma) {
  Stream stream({11, Purpose::kNoise, 0, 0});
  Matrix values(static_cast<Index>(knots.size()), columns);
  fill_standard_normal(stream, {values.data(), static_cast<std::size_t>(values.size())});
  values *= sigma;
  for (Index i = 0; i < values.rows(); ++i)
    for (Index j = 0; j < columns; ++j)
      values(i, j) +=
          std::sin((3.0 + 0.1 * static_cast<double>(j)) * knots[static_cast<std::size_t>(i)]);
  return values;
}

}  // namespace

TEST_CASE("the score equals its definition with the dense smoother matrix") {
  for (Index columns : {1, 3, 16, 37}) {
    const auto knots = knots_of(40);
    const Matrix values = noisy(knots, columns, 0.1);
    const GcvScore score(knots, rows_of(values, 0, values.rows()));
    for (double lambda : {1e-10, 1e-7, 1e-4, 1e-1, 5.0}) {
      const Matrix smoother =
          SmoothingSpline(knots, lambda, Penalty::kSeminorm).operator_matrix(knots);
      const double n = static_cast<double>(knots.size());
      const double rss = (values - smoother * values).squaredNorm();
      const double expected = n * rss / std::pow(n - smoother.trace(), 2);
      CHECK(score(lambda) == Approx(expected).epsilon(1e-6));
    }
  }
}

TEST_CASE("the chosen lambda is the best of a fine grid") {
  const auto knots = knots_of(80);
  const Matrix values = noisy(knots, 5, 0.3);
  const GcvScore score(knots, rows_of(values, 0, values.rows()));
  const double chosen = score(gcv_lambda(knots, rows_of(values, 0, values.rows())));
  for (double exponent = -14.0; exponent < 1.0; exponent += 0.05)
    CHECK(chosen <= score(std::pow(10.0, exponent)) * (1.0 + 1e-3));
}

TEST_CASE("noise asks for smoothing, smooth data for none") {
  const auto knots = knots_of(100);
  const Matrix rough = noisy(knots, 4, 0.5);
  const Matrix smooth = noisy(knots, 4, 0.0);
  CHECK(gcv_lambda(knots, rows_of(rough, 0, rough.rows())) > 1e-5);
  CHECK(gcv_lambda(knots, rows_of(smooth, 0, smooth.rows())) < 1e-9);
}

TEST_CASE("too few knots or broken values give interpolation") {
  const std::vector<double> two{-0.5, 0.5};
  const Matrix values = Matrix::Ones(2, 1);
  CHECK(gcv_lambda(two, rows_of(values, 0, 2)) == 0.0);
  const auto knots = knots_of(10);
  const Matrix broken = Matrix::Constant(static_cast<Index>(knots.size()), 1, kNaN);
  CHECK(gcv_lambda(knots, rows_of(broken, 0, broken.rows())) == 0.0);
}
