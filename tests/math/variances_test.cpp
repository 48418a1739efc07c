// Splines and polynomials whose values are trusted to different degrees.
#include "math/variances.hpp"

#include <Eigen/Dense>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/gcv.hpp"
#include "math/points.hpp"
#include "math/polynomial_fit.hpp"
#include "math/smoothing_spline.hpp"
#include "math/state_space_gcv.hpp"
#include "support/kernel_spline.hpp"

using namespace laggard;
using namespace laggard::math;
using laggard::testing::kernel_spline_matrix;

namespace {

using Points = std::vector<double>;

constexpr std::uint32_t kCount = 28;
const Points kTargets{-1.0, -0.9999, -0.4321, 0.0, 0.77, 0.999999, 1.0};

Points knots() {
  Points points = mirrored(chebyshev_second(kCount + 3));
  points.erase(points.begin() + 9, points.begin() + 12);
  return points;
}

/// Two kinds of values, a little different each.
Points deviations(std::size_t count) {
  Points all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back((i % 3 == 0 ? 2.0 : 0.1) + 0.01 * double(i));
  return all;
}

Points entries(const Variances& variances, std::size_t count) {
  Points all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(variances[i]);
  return all;
}

Matrix noisy(const Points& nodes, Index columns) {
  Stream stream({11, Purpose::kNoise, 0, 0});
  Matrix values(static_cast<Index>(nodes.size()), columns);
  fill_standard_normal(stream, {values.data(), static_cast<std::size_t>(values.size())});
  const Points sigma = deviations(nodes.size());
  for (Index i = 0; i < values.rows(); ++i)
    for (Index j = 0; j < columns; ++j)
      values(i, j) = 0.2 * sigma[std::size_t(i)] * values(i, j) +
                     std::sin((3.0 + double(j)) * nodes[std::size_t(i)]);
  return values;
}

Points without(Points all, std::size_t i) {
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
  return all;
}

/// What the spline that does not know value i leaves of it, squared over v_i, by refitting.
double left_out(int order, const Points& knots, double weight, const Variances& variances,
                const Matrix& values) {
  double sum = 0.0;
  const Points all = entries(variances, knots.size());
  for (std::size_t i = 1; i + 1 < knots.size(); ++i) {
    const auto row = static_cast<Index>(i);
    Matrix others(values.rows() - 1, values.cols());
    others << values.topRows(row), values.bottomRows(values.rows() - 1 - row);
    const Points at{knots[i]};
    const Matrix estimate =
        kernel_spline_matrix(order, without(knots, i), weight, at, without(all, i)) * others;
    sum += (values.row(row) - estimate).squaredNorm() / all[i];
  }
  return sum;
}

/// n RSS / (n - tr H)^2 with the squares over v_i.
double generalised(int order, const Points& knots, double weight, const Variances& variances,
                   const Matrix& values) {
  const double n = static_cast<double>(knots.size());
  const Points all = entries(variances, knots.size());
  const Matrix smoother = kernel_spline_matrix(order, knots, weight, knots, all);
  const Matrix residual = values - smoother * values;
  double sum = 0.0;
  for (Index i = 0; i < residual.rows(); ++i)
    sum += residual.row(i).squaredNorm() / all[std::size_t(i)];
  return n * sum / std::pow(n - smoother.trace(), 2);
}

double largest_error(const Matrix& matrix, const Matrix& exact) {
  return (matrix - exact).cwiseAbs().maxCoeff() / exact.cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("weights have the mean 1, and equal deviations are no weights") {
  const Variances variances = Variances::of({2.0, 0.1, 0.1, 4.0});
  double sum = 0.0;
  for (std::size_t i = 0; i < 4; ++i) sum += 0.25 / variances[i];
  CHECK(sum == Approx(1.0));
  CHECK(variances[0] / variances[1] == Approx(400.0));
  CHECK(variances.largest() == variances[3]);
  CHECK(Variances::of({1e-200, 3e-200})[1] == Approx(9.0 * Variances::of({1.0, 3.0})[0]));
  CHECK(Variances::of({0.3, 0.3, 0.3}).all_equal());
  CHECK(Variances::of({}).all_equal());
  CHECK(Variances()[5] == 1.0);
}

TEST_CASE("weighted splines equal the kernel's dense solution in 34 digits, in every form") {
  const Points at = knots();
  const double n = static_cast<double>(at.size());
  const Variances variances = Variances::of(deviations(at.size()));
  const Points all = entries(variances, at.size());
  const Matrix values = noisy(at, 3);
  for (const double lambda : {0.0, 1e-8, 1e-5, 1e-2}) {
    INFO("lambda " << lambda);
    const Matrix cubic = kernel_spline_matrix(2, at, n * lambda, kTargets, all);
    const Matrix quintic = kernel_spline_matrix(3, at, n * lambda, kTargets, all);
    const auto check = [&](const auto& spline, const Matrix& exact) {
      CHECK(largest_error(spline.operator_matrix(kTargets), exact) < 1e-8);
      CHECK(largest_error(spline.evaluate(rows_of(values, 0, values.rows()), kTargets),
                          exact * values) < 1e-8);
    };
    check(SmoothingSpline(at, lambda, Penalty::kSeminorm, variances), cubic);
    check(ReinschSpline<2>(at, lambda, Penalty::kSeminorm, variances), cubic);
    check(StateSpaceSpline(at, lambda, Penalty::kSeminorm, variances), cubic);
    check(SmoothingSpline(at, lambda, Penalty::kThird, variances), quintic);
    if (lambda > 0.0) {
      check(SquareRootSpline(at, lambda, variances), quintic);
      CHECK(largest_error(kernel_spline_matrix(2, at, n * lambda, kTargets), cubic) > 1e-3);
    }
  }
}

TEST_CASE("weighted criteria equal refitting without each value and the dense smoother") {
  const Points at = knots();
  const double n = static_cast<double>(at.size());
  const Variances variances = Variances::of(deviations(at.size()));
  const Matrix values = noisy(at, 2);
  const MatrixView view = rows_of(values, 0, values.rows());
  constexpr auto kLoo = SplineCriterion::kLeaveOneOut;
  for (const double lambda : {1e-7, 1e-4, 1e-2}) {
    INFO("lambda " << lambda);
    const double weight = n * lambda;
    const double loo = left_out(2, at, weight, variances, values);
    CHECK(GcvScore<2>(at, view, kLoo, variances)(lambda) == Approx(loo).epsilon(1e-6));
    CHECK(StateSpaceGcvScore(at, view, kLoo, variances)(lambda) == Approx(loo).epsilon(1e-6));
    CHECK(GcvScore<3>(at, view, kLoo, variances)(lambda) ==
          Approx(left_out(3, at, weight, variances, values)).epsilon(1e-5));
    constexpr auto kGcv = SplineCriterion::kGcv;
    const double gcv = generalised(2, at, weight, variances, values);
    CHECK(GcvScore<2>(at, view, kGcv, variances)(lambda) == Approx(gcv).epsilon(1e-6));
    CHECK(StateSpaceGcvScore(at, view, kGcv, variances)(lambda) == Approx(gcv).epsilon(1e-6));
    CHECK(GcvScore<3>(at, view, kGcv, variances)(lambda) ==
          Approx(generalised(3, at, weight, variances, values)).epsilon(1e-5));
  }
}

TEST_CASE("the chosen lambda of a stiff quintic spline minimises the weighted criterion") {
  const Points at = knots();
  const double n = static_cast<double>(at.size());
  const Variances variances = Variances::of(deviations(at.size()));
  Matrix line(static_cast<Index>(at.size()), 1);
  for (Index i = 0; i < line.rows(); ++i) line(i, 0) = at[std::size_t(i)];
  const Matrix values = line + 2.0 * (noisy(at, 1) - (3.0 * line).array().sin().matrix());
  const MatrixView view = rows_of(values, 0, values.rows());
  const double chosen = gcv_lambda(at, view, Penalty::kThird, variances);
  const double least = generalised(3, at, n * chosen, variances, values);
  for (const double factor : {1e-4, 1e-2, 0.3, 3.0})
    CHECK(generalised(3, at, n * chosen * factor, variances, values) >= least * (1.0 - 1e-3));
}

TEST_CASE("weighted polynomials equal a dense weighted solve, and so do their errors left out") {
  using Wide = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  const Points nodes = knots();
  const Variances variances = Variances::of(deviations(nodes.size()));
  const auto n = static_cast<Index>(nodes.size());
  const auto columns = [](const Points& points, Index count) {
    Wide all(static_cast<Index>(points.size()), count);
    for (Index i = 0; i < all.rows(); ++i)
      for (Index p = 0; p < count; ++p)
        all(i, p) = std::cos((long double)(p)*std::acos((long double)(points[std::size_t(i)])));
    return all;
  };
  const auto dense = [&](const Points& targets, const Points& at, const Points& spread,
                         Index degree) {
    Wide roots = Wide::Zero(static_cast<Index>(at.size()), static_cast<Index>(at.size()));
    for (std::size_t i = 0; i < at.size(); ++i)
      roots(static_cast<Index>(i), static_cast<Index>(i)) =
          1.0L / std::sqrt((long double)spread[i]);
    const Wide system = roots * columns(at, degree + 1);
    return Matrix(
        (columns(targets, degree + 1) * system.colPivHouseholderQr().solve(roots)).cast<double>());
  };
  const Points all = entries(variances, nodes.size());
  const Matrix values = noisy(nodes, 2);
  const MatrixView view = rows_of(values, 0, n);
  const PolynomialFit fit(kTargets, nodes, 12, variances);
  std::vector<double> scores;
  for (Index degree = 0; degree <= 12; ++degree) {
    const Matrix exact = dense(kTargets, nodes, all, degree);
    CHECK(largest_error(fit.matrix(std::size_t(degree)), exact) < 1e-10);
    CHECK(largest_error(fit.evaluate(view, std::size_t(degree)), exact * values) < 1e-10);
    double sum = 0.0;
    for (std::size_t i = 1; i + 1 < nodes.size(); ++i) {
      const auto row = static_cast<Index>(i);
      Matrix others(n - 1, values.cols());
      others << values.topRows(row), values.bottomRows(n - 1 - row);
      const Matrix estimate =
          dense({nodes[i]}, without(nodes, i), without(all, i), degree) * others;
      sum += (values.row(row) - estimate).squaredNorm() / all[i];
    }
    scores.push_back(sum);
  }
  const auto best = std::min_element(scores.begin(), scores.end()) - scores.begin();
  CHECK(fit.degree_by_leaving_out(view) == static_cast<std::size_t>(best));
}
