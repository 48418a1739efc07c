#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/gcv.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"
#include "support/kernel_spline.hpp"

using namespace laggard;
using namespace laggard::math;
using laggard::testing::kernel_spline_matrix;

namespace {

/// Ascending, without some, the first one among them.
std::vector<double> knots_of(std::vector<double> (*make)(std::uint32_t), std::uint32_t n) {
  std::vector<double> points = make(n);
  std::reverse(points.begin(), points.end());
  if (n > 12) {
    points.erase(points.begin() + n / 3, points.begin() + n / 3 + 3);
    points.erase(points.begin());
  }
  return points;
}

const std::vector<double> kTargets{-1.0, -0.9999, -0.4321, 0.0, 0.77, 0.999999, 1.0};

SmoothingSpline quintic(const std::vector<double>& knots, double lambda) {
  return {knots, lambda, Penalty::kThird};
}

Matrix noisy(const std::vector<double>& knots, Index columns, double sigma) {
  Stream stream({11, Purpose::kNoise, 0, 0});
  Matrix values(static_cast<Index>(knots.size()), columns);
  fill_standard_normal(stream, {values.data(), static_cast<std::size_t>(values.size())});
  values *= sigma;
  for (Index i = 0; i < values.rows(); ++i)
    for (Index j = 0; j < columns; ++j)
      values(i, j) += std::sin((3.0 + double(j)) * knots[static_cast<std::size_t>(i)]);
  return values;
}

}  // namespace

TEST_CASE("quintic splines equal the kernel's dense solution in 34 digits") {
  for (const auto make : {chebyshev_second, equispaced})
    for (const std::uint32_t n : {1U, 2U, 3U, 4U, 5U, 11U, 70U})
      for (const double stiffness : {0.0, 1.0, 1e4, 1e8, 1e12}) {
        INFO("n " << n << ", lambda n^6 " << stiffness << ", equispaced " << (make == equispaced));
        const auto knots = knots_of(make, n);
        const double lambda = stiffness / std::pow(n, 6.0);
        const Matrix exact =
            kernel_spline_matrix(3, knots, static_cast<double>(knots.size()) * lambda, kTargets);
        const Matrix matrix = quintic(knots, lambda).operator_matrix(kTargets);
        const double error = ((matrix - exact).rowwise().lpNorm<Eigen::Infinity>().array() /
                              exact.rowwise().lpNorm<Eigen::Infinity>().array())
                                 .maxCoeff();
        CHECK(error < (stiffness > 1e4 ? 1e-8 : 1e-12));
      }
}

TEST_CASE("the dense solution of order 2 is the cubic spline, so that the reference tells") {
  const auto knots = knots_of(chebyshev_second, 40);
  for (const double lambda : {0.0, 1e-5}) {
    const Matrix exact =
        kernel_spline_matrix(2, knots, static_cast<double>(knots.size()) * lambda, kTargets);
    const SmoothingSpline cubic(knots, lambda, Penalty::kSeminorm);
    CHECK((cubic.operator_matrix(kTargets) - exact).cwiseAbs().maxCoeff() < 1e-12);
    CHECK((quintic(knots, lambda).operator_matrix(kTargets) - exact).cwiseAbs().maxCoeff() > 1e-3);
  }
}

TEST_CASE(
    "parabolas pass through quintic splines, also beyond lost ends, and values at the knots") {
  for (const std::uint32_t n : {3U, 9U, 200U, 2000U}) {
    auto knots = knots_of(chebyshev_second, n);
    if (n > 3) knots.erase(knots.end() - 3, knots.end());
    Matrix values(static_cast<Index>(knots.size()), 1);
    const auto parabola = [](double t) { return 2.0 - 3.0 * t + 0.5 * t * t; };
    for (std::size_t i = 0; i < knots.size(); ++i)
      values(static_cast<Index>(i), 0) = parabola(knots[i]);
    for (const double lambda : {0.0, 1e-12, 1e-6}) {
      INFO("n " << n << ", lambda " << lambda);
      const Matrix estimates =
          quintic(knots, lambda).evaluate(rows_of(values, 0, values.rows()), kTargets);
      for (std::size_t t = 0; t < kTargets.size(); ++t)
        CHECK(estimates(static_cast<Index>(t), 0) == Approx(parabola(kTargets[t])).margin(1e-7));
    }
    CHECK((quintic(knots, 0.0).operator_matrix(knots) -
           Matrix::Identity(values.rows(), values.rows()))
              .cwiseAbs()
              .maxCoeff() < 1e-14);
  }
}

TEST_CASE("operator and evaluation of quintic splines agree") {
  const auto knots = knots_of(equispaced, 60);
  const Matrix values = noisy(knots, 5, 0.2);
  for (const double lambda : {0.0, 1e-9, 1e-4}) {
    const SmoothingSpline spline = quintic(knots, lambda);
    CHECK((spline.operator_matrix(kTargets) * values -
           spline.evaluate(rows_of(values, 0, values.rows()), kTargets))
              .cwiseAbs()
              .maxCoeff() < 1e-9);
  }
}

TEST_CASE("two knots almost in one place leave the other digits alone") {
  auto knots = knots_of(chebyshev_second, 24);
  for (const double apart : {1e-4, 1e-7, 1e-10}) {
    knots[10] = knots[9] + apart;
    const Matrix exact = kernel_spline_matrix(3, knots, 0.0, kTargets);
    const Matrix matrix = quintic(knots, 0.0).operator_matrix(kTargets);
    INFO(apart);
    CHECK((matrix - exact).cwiseAbs().maxCoeff() <
          (1e-12 + 1e-20 / apart) * exact.cwiseAbs().maxCoeff());
  }
}

TEST_CASE("the scores of quintic splines equal their definitions") {
  const auto knots = knots_of(chebyshev_second, 33);
  const double n = static_cast<double>(knots.size());
  for (const Index columns : {1, 18}) {
    const Matrix values = noisy(knots, columns, 0.1);
    const MatrixView view = rows_of(values, 0, values.rows());
    for (const double lambda : {1e-14, 1e-10, 1e-6, 1e-2}) {
      INFO("lambda " << lambda);
      const Matrix smoother = quintic(knots, lambda).operator_matrix(knots);
      const Matrix residual = values - smoother * values;
      const double freedom = n - smoother.trace();
      CHECK(GcvScore<3>(knots, view)(lambda) ==
            Approx(n * residual.squaredNorm() / (freedom * freedom)).epsilon(1e-6));
      double expected = 0.0;
      for (Index i = 1; i + 1 < values.rows(); ++i) {
        auto others = knots;
        others.erase(others.begin() + i);
        Matrix there(values.rows() - 1, columns);
        there << values.topRows(i), values.bottomRows(values.rows() - 1 - i);
        // The fit term is a mean, so that n lambda stays what it was.
        expected +=
            (values.row(i) -
             quintic(others, lambda * n / (n - 1.0)).operator_matrix({&knots[std::size_t(i)], 1}) *
                 there)
                .squaredNorm();
      }
      CHECK(GcvScore<3>(knots, view, SplineCriterion::kLeaveOneOut)(lambda) ==
            Approx(expected).epsilon(1e-6));
    }
  }
}

TEST_CASE("lambda of quintic splines follows the noise and is the best of a fine grid") {
  const auto knots = knots_of(chebyshev_second, 90);
  const Matrix rough = noisy(knots, 5, 0.3), smooth = noisy(knots, 4, 0.0);
  const MatrixView view = rows_of(rough, 0, rough.rows());
  const GcvScore<3> gcv(knots, view), loo(knots, view, SplineCriterion::kLeaveOneOut);
  const double by_gcv = gcv_lambda(knots, view, Penalty::kThird);
  const double by_loo = loo_lambda(knots, view, Penalty::kThird);
  for (double exponent = -20.0; exponent < 1.5; exponent += 0.05) {
    CHECK(gcv(by_gcv) <= gcv(std::pow(10.0, exponent)) * (1.0 + 1e-3));
    CHECK(loo(by_loo) <= loo(std::pow(10.0, exponent)) * (1.0 + 1e-3));
  }
  CHECK(by_gcv > 1e-8);
  CHECK(gcv_lambda(knots, rows_of(smooth, 0, smooth.rows()), Penalty::kThird) < 1e-13);
  CHECK(gcv_lambda({knots.data(), 3}, rows_of(rough, 0, 3), Penalty::kThird) == 0.0);
}

TEST_CASE("orthogonal transformations give quintic splines for every lambda and gap") {
  for (const auto make : {chebyshev_second, equispaced})
    for (const std::uint32_t n : {4U, 11U, 70U})
      for (const double stiffness : {1e-4, 1e4, 1e12, 1e20}) {
        INFO("n " << n << ", lambda n^6 " << stiffness << ", equispaced " << (make == equispaced));
        const auto knots = knots_of(make, n);
        const double lambda = stiffness / std::pow(n, 6.0);
        const Matrix exact =
            kernel_spline_matrix(3, knots, static_cast<double>(knots.size()) * lambda, kTargets);
        const Matrix matrix = SquareRootSpline(knots, lambda).operator_matrix(kTargets);
        CHECK((matrix - exact).cwiseAbs().maxCoeff() < 1e-10);
      }
}

TEST_CASE("both forms of quintic splines agree where Reinsch's form ends") {
  for (const auto make : {chebyshev_second, equispaced})
    for (const std::uint32_t n : {200U, 1000U}) {
      const auto knots = knots_of(make, n);
      const double lambda = 1e8 / std::pow(n, 6.0);
      INFO("n " << n << ", equispaced " << (make == equispaced));
      const Matrix ours =
          ReinschSpline<3>(knots, lambda, Penalty::kThird).operator_matrix(kTargets);
      const Matrix theirs = SquareRootSpline(knots, lambda).operator_matrix(kTargets);
      CHECK((ours - theirs).cwiseAbs().maxCoeff() < 1e-7 * theirs.cwiseAbs().maxCoeff());
    }
}

TEST_CASE("what orthogonal transformations leave of the values is y - H y and 1 - H_ii") {
  const auto knots = knots_of(chebyshev_second, 40);
  const Matrix values = noisy(knots, 3, 0.2);
  for (const double lambda : {1e-8, 1e-3, 1e3}) {
    const SquareRootSpline spline(knots, lambda);
    const Matrix smoother = spline.operator_matrix(knots);
    const auto residual = spline.residual(rows_of(values, 0, values.rows()));
    CHECK((residual.values - (values - smoother * values)).cwiseAbs().maxCoeff() < 1e-10);
    for (Index i = 0; i < values.rows(); ++i)
      CHECK(residual.share[static_cast<std::size_t>(i)] ==
            Approx(1.0 - smoother(i, i)).margin(1e-9));
  }
}

TEST_CASE("a hundred thousand knots smoothed by quintic splines") {
#ifdef NDEBUG
  constexpr std::uint32_t kKnots = 100'000;
#else  // Eigen's assertions make this a hundred times slower
  constexpr std::uint32_t kKnots = 5'000;
#endif
  const auto knots = knots_of(chebyshev_second, kKnots);
  Matrix values(static_cast<Index>(knots.size()), 2);
  for (Index i = 0; i < values.rows(); ++i) {
    const double t = knots[static_cast<std::size_t>(i)];
    values.row(i) << 2.0 - 3.0 * t + t * t, std::sin(9.0 * t) + (i % 2 == 0 ? 0.3 : -0.3);
  }
  for (const double lambda : {1e-12, 1e-7, 1.0, 1e12}) {
    INFO("lambda " << lambda);
    const Matrix rows = quintic(knots, lambda).operator_matrix(kTargets);
    const Matrix estimates = rows * values;
    for (std::size_t t = 0; t < kTargets.size(); ++t) {
      const double at = kTargets[t];
      const auto row = static_cast<Index>(t);
      CHECK(rows.row(row).sum() == Approx(1.0).margin(1e-9));
      CHECK(estimates(row, 0) == Approx(2.0 - 3.0 * at + at * at).margin(1e-8));
      if (lambda < 1e-9) CHECK(estimates(row, 1) == Approx(std::sin(9.0 * at)).margin(0.03));
    }
  }
  const double chosen = gcv_lambda(knots, rows_of(values, 0, values.rows()), Penalty::kThird);
  CHECK(chosen > 1e-16);
  CHECK(chosen < 1e-4);
}
