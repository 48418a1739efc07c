#include "math/smoothing_spline.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/points.hpp"

using namespace laggard;
using namespace laggard::math;

namespace {

std::vector<double> ascending(std::vector<double> points) {
  std::reverse(points.begin(), points.end());
  return points;
}

std::vector<double> thinned(std::uint32_t n, std::uint32_t lost, std::uint32_t seed) {
  auto points = ascending(chebyshev_second(n));
  Stream stream({seed, Purpose::kStragglers, 0, 0});
  for (std::uint32_t i = 0; i < lost; ++i)
    points.erase(points.begin() + uniform_index(stream, static_cast<std::uint32_t>(points.size())));
  return points;
}

/// The slow obvious solution: representer theorem with the kernel of H^2[-1, 1]. The seminorm has
/// span{1, t} free of charge, solved through the saddle-point system.
Eigen::MatrixXd kernel_operator(const std::vector<double>& knots, double lambda, Penalty penalty,
                                const std::vector<double>& targets) {
  const auto n = static_cast<Index>(knots.size());
  const auto bend = [](double s, double t) {
    const double a = std::min(s, t) + 1.0, b = std::max(s, t) + 1.0;
    return a * a * b / 2.0 - a * a * a / 6.0;
  };
  const bool norm = penalty == Penalty::kNorm;
  const auto kernel = [&](double s, double t) {
    return bend(s, t) + (norm ? 1.0 + (s + 1.0) * (t + 1.0) : 0.0);
  };
  const Index free = norm ? 0 : std::min<Index>(2, n);
  Eigen::MatrixXd system = Eigen::MatrixXd::Zero(n + free, n + free);
  for (Index i = 0; i < n; ++i) {
    const double t = knots[static_cast<std::size_t>(i)];
    for (Index j = 0; j < n; ++j) system(i, j) = kernel(t, knots[static_cast<std::size_t>(j)]);
    system(i, i) += static_cast<double>(n) * lambda;
    if (free > 0) system(i, n) = system(n, i) = 1.0;
    if (free > 1) system(i, n + 1) = system(n + 1, i) = t;
  }
  Eigen::MatrixXd evaluation(static_cast<Index>(targets.size()), n + free);
  for (Index t = 0; t < evaluation.rows(); ++t) {
    const double z = targets[static_cast<std::size_t>(t)];
    for (Index j = 0; j < n; ++j) evaluation(t, j) = kernel(z, knots[static_cast<std::size_t>(j)]);
    if (free > 0) evaluation(t, n) = 1.0;
    if (free > 1) evaluation(t, n + 1) = z;
  }
  return (system.fullPivLu().solve(Eigen::MatrixXd::Identity(n + free, n)).transpose() *
          evaluation.transpose())
      .transpose();
}

const std::vector<double> kTargets{-1.0, -0.999, -0.7, -0.123, 0.0, 0.31, 0.8, 0.9999, 1.0};

TEMPLATE_TEST_CASE("no weight of an operator is subnormal", "", ReinschSpline<2>,
                   StateSpaceSpline) {
  const std::vector<double> knots = ascending(chebyshev_second(1500));
  const std::vector<double> targets = chebyshev_first(20);
  const Matrix matrix = TestType(knots, 0.0, Penalty::kSeminorm).operator_matrix(targets);
  int zeros = 0;
  for (Index i = 0; i < matrix.size(); ++i) {
    const double weight = std::abs(matrix.data()[i]);
    CHECK((weight == 0 || weight > 1e-201));
    if (weight == 0) ++zeros;
  }
  CHECK(zeros > 0);
  for (Index row = 0; row < matrix.rows(); ++row)
    CHECK(matrix.row(row).sum() == Approx(1).epsilon(1e-12));
}

}  // namespace

TEMPLATE_TEST_CASE("the spline equals the kernel ridge solution for both penalties", "",
                   ReinschSpline<2>, StateSpaceSpline) {
  for (Penalty penalty : {Penalty::kSeminorm, Penalty::kNorm})
    for (std::uint32_t n : {1U, 2U, 3U, 4U, 9U, 25U})
      for (double lambda : {0.0, 1e-8, 1e-4, 1e-2, 1.0, 100.0}) {
        auto knots = ascending(chebyshev_first(n));
        const Matrix fast = TestType(knots, lambda, penalty).operator_matrix(kTargets);
        const Eigen::MatrixXd slow = kernel_operator(knots, lambda, penalty, kTargets);
        INFO("n = " << n << ", lambda = " << lambda << ", norm = " << (penalty == Penalty::kNorm));
        CHECK((fast - slow).cwiseAbs().maxCoeff() < 1e-8);
      }
}

TEMPLATE_TEST_CASE("the operator and the direct evaluation agree", "", ReinschSpline<2>,
                   StateSpaceSpline) {
  Stream stream({3, Purpose::kData, 0, 0});
  for (Penalty penalty : {Penalty::kSeminorm, Penalty::kNorm})
    for (std::uint32_t n : {1U, 2U, 3U, 70U}) {
      const auto knots = ascending(chebyshev_first(n));
      Matrix values(n, 5);
      fill_standard_normal(stream, {values.data(), static_cast<std::size_t>(values.size())});
      for (double lambda : {0.0, 1e-5, 1.0}) {
        const TestType spline(knots, lambda, penalty);
        const Matrix map = spline.operator_matrix(kTargets);
        REQUIRE(map.cols() == values.rows());
        const Matrix by_operator = map * values;
        const Matrix direct = spline.evaluate(rows_of(values, 0, values.rows()), kTargets);
        CHECK((by_operator - direct).cwiseAbs().maxCoeff() < 1e-8);
      }
    }
}

TEMPLATE_TEST_CASE("lines pass through untouched, also beyond lost ends", "", ReinschSpline<2>,
                   StateSpaceSpline) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    auto knots = thinned(40, seed % 37, seed);
    for (double lambda : {0.0, 1e-6, 1e-2, 10.0}) {
      const Matrix map = TestType(knots, lambda, Penalty::kSeminorm).operator_matrix(kTargets);
      const Eigen::Map<const Vector> t(knots.data(), static_cast<Index>(knots.size()));
      const Vector line = map * (2.0 - 3.0 * t.array()).matrix();
      for (std::size_t i = 0; i < kTargets.size(); ++i)
        CHECK(line[static_cast<Index>(i)] == Approx(2.0 - 3.0 * kTargets[i]).margin(1e-9));
    }
  }
}

TEMPLATE_TEST_CASE("lambda = 0 interpolates and a large lambda gives the least-squares line", "",
                   ReinschSpline<2>, StateSpaceSpline) {
  const auto knots = thinned(60, 11, 5);
  const TestType exact(knots, 0.0, Penalty::kSeminorm);
  const Matrix identity = exact.operator_matrix(knots);
  CHECK((identity - Matrix::Identity(identity.rows(), identity.cols())).cwiseAbs().maxCoeff() <
        1e-12);

  const auto n = static_cast<Index>(knots.size());
  Eigen::MatrixXd design(n, 2);
  for (Index i = 0; i < n; ++i) design.row(i) << 1.0, knots[static_cast<std::size_t>(i)];
  const Eigen::MatrixXd hat =
      design * (design.transpose() * design).ldlt().solve(design.transpose());
  const Matrix flat = TestType(knots, 1e9, Penalty::kSeminorm).operator_matrix(knots);
  CHECK((flat - hat).cwiseAbs().maxCoeff() < 1e-8);
}

TEMPLATE_TEST_CASE("the interpolating spline is the natural cubic spline: smooth, with flat ends",
                   "", ReinschSpline<2>, StateSpaceSpline) {
  const auto knots = thinned(30, 6, 9);
  Vector values(static_cast<Index>(knots.size()));
  for (Index i = 0; i < values.size(); ++i)
    values[i] = std::sin(5.0 * knots[static_cast<std::size_t>(i)]);
  const TestType spline(knots, 0.0, Penalty::kSeminorm);
  const auto at = [&](double z) {
    return (spline.operator_matrix(std::vector<double>{z}) * values)(0);
  };
  const double h = 1e-4;
  const auto second = [&](double z) { return (at(z - h) - 2.0 * at(z) + at(z + h)) / (h * h); };
  for (std::size_t i = 1; i + 1 < knots.size(); ++i) {
    const double left = second(knots[i] - 2 * h), right = second(knots[i] + 2 * h);
    if (knots[i] - knots[i - 1] > 8 * h && knots[i + 1] - knots[i] > 8 * h)
      CHECK(left == Approx(right).margin(2.0));  // 4h apart: the slope of the bend
  }
  CHECK(std::abs(second(knots.front() - 2 * h)) < 1e-5);
  CHECK(std::abs(second(knots.back() + 2 * h)) < 1e-5);
}

TEMPLATE_TEST_CASE("shrinkage: eigenvalues of the smoother lie in [0, 1], two of them are 1", "",
                   ReinschSpline<2>, StateSpaceSpline) {
  const auto knots = thinned(30, 4, 2);
  const Matrix smoother = TestType(knots, 1e-3, Penalty::kSeminorm).operator_matrix(knots);
  CHECK((smoother - smoother.transpose()).cwiseAbs().maxCoeff() < 1e-11);
  const Eigen::VectorXd values =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(smoother).eigenvalues();
  CHECK(values.minCoeff() > -1e-11);
  CHECK(values.maxCoeff() < 1.0 + 1e-11);
  CHECK((values.array() > 1.0 - 1e-9).count() == 2);
}
