#include "math/gcv.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"
#include "math/state_space_gcv.hpp"

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
    const GcvScore<2> score(knots, rows_of(values, 0, values.rows()));
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
  const GcvScore<2> score(knots, rows_of(values, 0, values.rows()));
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

TEST_CASE("the score of leaving out equals refitting without each value") {
  const auto knots = knots_of(30);
  const double n = static_cast<double>(knots.size());
  for (Index columns : {1, 5, 20}) {
    const Matrix values = noisy(knots, columns, 0.1);
    const MatrixView view = rows_of(values, 0, values.rows());
    for (double lambda : {1e-12, 1e-8, 1e-5, 1e-2, 5.0}) {
      double expected = 0.0;
      for (std::size_t i = 1; i + 1 < knots.size(); ++i) {
        auto others = knots;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        Matrix there(values.rows() - 1, columns);
        const auto before = static_cast<Index>(i);
        there.topRows(before) = values.topRows(before);
        there.bottomRows(there.rows() - before) = values.bottomRows(there.rows() - before);
        // The fit term is a mean, so that n lambda stays what it was.
        const SmoothingSpline refit(others, lambda * n / (n - 1.0), Penalty::kSeminorm);
        expected +=
            (values.row(before) - refit.operator_matrix({&knots[i], 1}) * there).squaredNorm();
      }
      INFO(columns << " columns, lambda " << lambda);
      CHECK(GcvScore<2>(knots, view, SplineCriterion::kLeaveOneOut)(lambda) ==
            Approx(expected).epsilon(1e-6));
      CHECK(StateSpaceGcvScore(knots, view, SplineCriterion::kLeaveOneOut)(lambda) ==
            Approx(expected).epsilon(1e-6));
    }
  }
}

TEST_CASE("lambda by leaving out is the best of a fine grid, follows the noise, and bears little") {
  const auto knots = knots_of(80);
  const Matrix rough = noisy(knots, 5, 0.3), smooth = noisy(knots, 4, 0.0);
  const MatrixView view = rows_of(rough, 0, rough.rows());
  const GcvScore<2> score(knots, view, SplineCriterion::kLeaveOneOut);
  const double chosen = score(loo_lambda(knots, view));
  for (double exponent = -14.0; exponent < 1.0; exponent += 0.05)
    CHECK(chosen <= score(std::pow(10.0, exponent)) * (1.0 + 1e-3));
  CHECK(loo_lambda(knots, view) > 1e-5);
  CHECK(loo_lambda(knots, rows_of(smooth, 0, smooth.rows())) < 1e-9);
  const std::vector<double> two{-0.5, 0.5};
  CHECK(loo_lambda(two, rows_of(rough, 0, 2)) == 0.0);
}
