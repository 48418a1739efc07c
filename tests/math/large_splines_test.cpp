// Splines with so many knots that banded systems in double precision have no digits left.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/gcv.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"
#include "math/state_space_gcv.hpp"
#include "support/quad_spline.hpp"

using namespace laggard;
using namespace laggard::math;
using laggard::testing::QuadSpline;

namespace {

/// The points of `make` in ascending order, without a few.
std::vector<double> knots_of(std::vector<double> (*make)(std::uint32_t), std::uint32_t n) {
  std::vector<double> points = make(n);
  std::reverse(points.begin(), points.end());
  points.erase(points.begin() + n / 3);
  points.erase(points.begin() + n / 7, points.begin() + n / 7 + 2);
  return points;
}

constexpr std::uint32_t kMostKnots = reinsch_reach(Penalty::kSeminorm).knots;
const std::vector<double> kTargets{-0.9999, -0.4321, 0.0, 0.77, 0.999999};

/// Largest error of the rows, relative to each row's largest entry.
template <class Spline>
double error_of(const std::vector<double>& knots, double lambda, Penalty penalty) {
  std::vector<double> targets;
  for (const double target : kTargets)
    targets.push_back(std::clamp(target, knots.front(), knots.back()));
  const Matrix fast = Spline(knots, lambda, penalty).operator_matrix(targets);
  const QuadSpline slow(knots, lambda, penalty);
  double worst = 0.0;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const std::vector<double> exact = slow.row(targets[t]);
    const Eigen::Map<const Eigen::RowVectorXd> row(exact.data(), static_cast<Index>(exact.size()));
    const double error = (fast.row(static_cast<Index>(t)) - row).cwiseAbs().maxCoeff();
    worst = std::max(worst, error / row.cwiseAbs().maxCoeff());
  }
  return worst;
}

std::vector<double> noisy_sine(const std::vector<double>& knots) {
  Stream stream({5, Purpose::kNoise, 0, 0});
  std::vector<double> values(knots.size());
  fill_standard_normal(stream, values);
  for (std::size_t i = 0; i < knots.size(); ++i)
    values[i] = std::sin(7.0 * knots[i]) + 0.1 * values[i];
  return values;
}

}  // namespace

TEST_CASE("rows of splines with many knots are right to ten digits") {
  for (const auto make : {chebyshev_second, equispaced})
    for (const auto& [n, lambda] : {std::pair{2500U, 1.0},
                                    {2500U, 1e12},
                                    {20'000U, 1e-2},
                                    {50'000U, 1e-2},
                                    {100'000U, 1e-6},
                                    {100'000U, 1e-12},
                                    {200'000U, 0.0}}) {
      INFO("n = " << n << ", lambda = " << lambda << ", equispaced = " << (make == equispaced));
      CHECK(error_of<SmoothingSpline>(knots_of(make, n), lambda, Penalty::kSeminorm) < 1e-10);
    }
}

TEST_CASE("Reinsch's form in doubles has no digits left there, so that the reference tells") {
  const auto knots = knots_of(equispaced, 50'000);
  CHECK(error_of<ReinschSpline<2>>(knots, 1e-2, Penalty::kSeminorm) > 1e-2);
}

TEST_CASE("wherever Reinsch's form is chosen, it is right to eight digits") {
  for (const Penalty penalty : {Penalty::kSeminorm, Penalty::kNorm})
    for (const std::uint32_t n : {10U, 60U, 100U, 300U, 2000U})
      for (const double share : {0.0, 1e-6, 1e-3, 1.0}) {
        const ReinschReach reach = reinsch_reach(penalty);
        if (n > reach.knots) continue;
        const double stiffness = share * reach.stiffness;
        const double lambda = stiffness / std::pow(n, 4.0);
        INFO("n = " << n << ", lambda = " << lambda << ", norm = " << (penalty == Penalty::kNorm));
        for (const auto make : {chebyshev_first, equispaced}) {
          auto knots = knots_of(make, n);
          if (knots.front() == -1.0) knots.erase(knots.begin());
          CHECK(error_of<ReinschSpline<2>>(knots, lambda, penalty) < 1e-8);
          CHECK(error_of<StateSpaceSpline>(knots, lambda, penalty) < 1e-12);
        }
      }
}

TEST_CASE("a million knots: lines pass through, and operator and evaluation agree") {
  const std::vector<double> knots = knots_of(chebyshev_second, 1'000'000);
  const auto n = static_cast<Index>(knots.size());
  for (const double lambda : {0.0, 1e-6, 1.0, 1e12}) {
    INFO("lambda = " << lambda);
    const SmoothingSpline spline(knots, lambda, Penalty::kSeminorm);
    Matrix values(n, 2);
    for (Index i = 0; i < n; ++i) {
      const double t = knots[static_cast<std::size_t>(i)];
      values(i, 0) = 2.0 - 3.0 * t;
      values(i, 1) = std::sin(40.0 * t);
    }
    const std::vector<double> targets{-1.0, -0.3, 0.99, 1.0};
    const Matrix direct = spline.evaluate(rows_of(values, 0, n), targets);
    const Matrix rows = spline.operator_matrix(targets);
    for (Index t = 0; t < 4; ++t) {
      CHECK(direct(t, 0) == Approx(2.0 - 3.0 * targets[static_cast<std::size_t>(t)]).margin(1e-10));
      CHECK(rows.row(t).sum() == Approx(1.0).margin(1e-10));
      // At the end of the largest lambda the line weighs an end with 4 / n.
      CHECK(rows.row(t).cwiseAbs().sum() < 2.0);
    }
    CHECK((rows * values - direct).cwiseAbs().maxCoeff() < 1e-10);
  }
}

TEST_CASE("the GCV score with many knots is right to nine digits") {
  for (const auto make : {chebyshev_second, equispaced})
    for (const auto& [n, lambda] : {std::pair{100U, 1e-9},
                                    {100U, 1e-2},
                                    {3000U, 1e-13},
                                    {3000U, 10.0},
                                    {50'000U, 1e-6},
                                    {50'000U, 10.0}}) {
      INFO("n = " << n << ", lambda = " << lambda << ", equispaced = " << (make == equispaced));
      const std::vector<double> knots = knots_of(make, n);
      const std::vector<double> values = noisy_sine(knots);
      const StateSpaceGcvScore score(
          knots, MatrixView(values.data(), static_cast<Index>(values.size()), 1));
      const double exact = QuadSpline(knots, lambda, Penalty::kSeminorm).gcv(values);
      CHECK(score(lambda) == Approx(exact).epsilon(1e-9));
    }
}

TEST_CASE("GCV finds the minimum among many knots") {
  const std::vector<double> knots = knots_of(chebyshev_second, 20'000);
  const std::vector<double> values = noisy_sine(knots);
  const double chosen =
      gcv_lambda(knots, MatrixView(values.data(), static_cast<Index>(values.size()), 1));
  const auto exact = [&](double lambda) {
    return QuadSpline(knots, lambda, Penalty::kSeminorm).gcv(values);
  };
  const double best = exact(chosen);
  CHECK(chosen > 1e-9);
  CHECK(chosen < 1e-3);
  for (const double factor : {0.01, 0.3, 0.8, 1.25, 3.0, 100.0})
    CHECK(best <= exact(chosen * factor));
}

TEST_CASE("GCV by Reinsch's form is good enough where it is used") {
  for (const auto make : {chebyshev_second, equispaced})
    for (const double lambda : {1e-12, 1e-6, 1e-2, 10.0}) {
      INFO("lambda = " << lambda << ", equispaced = " << (make == equispaced));
      const std::vector<double> knots = knots_of(make, kMostKnots);
      const std::vector<double> values = noisy_sine(knots);
      const GcvScore<2> score(knots,
                              MatrixView(values.data(), static_cast<Index>(values.size()), 1));
      const double exact = QuadSpline(knots, lambda, Penalty::kSeminorm).gcv(values);
      CHECK(score(lambda) == Approx(exact).epsilon(1e-4));
    }
}
