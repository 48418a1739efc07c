#include "math/huber_spline.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"

namespace laggard::math {
namespace {

struct Curve {
  std::vector<double> knots = equispaced(60);
  Matrix values{60, 2};

  Curve() {
    std::reverse(knots.begin(), knots.end());
    Stream stream({7, Purpose::kNoise, 1, 0});
    for (Index i = 0; i < 60; ++i)
      for (Index c = 0; c < 2; ++c)
        values(i, c) = std::sin(4.0 * knots[static_cast<std::size_t>(i)] + double(c)) +
                       0.1 * standard_normal(stream);
  }

  MatrixView view() const { return rows_of(values, 0, 60); }
  HuberSpline fit(double lambda) const { return fit_huber(knots, view(), lambda); }
  Matrix curve(const HuberSpline& fit, double lambda) const {
    return SmoothingSpline(knots, lambda, Penalty::kSeminorm)
        .evaluate(rows_of(fit.pseudo_values, 0, 60), knots);
  }
};

TEST_CASE("Huber's spline stays where it is: each value is drawn to its clipped residual",
          "[huber]") {
  Curve data;
  data.values.row(20).array() += 5.0;
  data.values.row(41).array() -= 5.0;
  constexpr double kLambda = 1e-4;
  const HuberSpline fit = data.fit(kLambda);
  const Matrix curve = data.curve(fit, kLambda);
  const double turn = (fit.pseudo_values.row(20) - curve.row(20)).norm();
  for (Index i = 0; i < 60; ++i) {
    const double size = (data.values.row(i) - curve.row(i)).norm();
    const double drawn = (fit.pseudo_values.row(i) - curve.row(i)).norm();
    CHECK(fit.excess[i] == Approx(size / turn).epsilon(1e-3));
    CHECK(drawn == Approx(std::min(size, turn)).epsilon(1e-3));
  }
  CHECK(fit.excess[20] > 10.0);
  CHECK(fit.excess[41] > 10.0);
}

TEST_CASE("A wild value moves Huber's spline by a fraction of what it moves the other", "[huber]") {
  constexpr double kLambda = 1e-4;
  const Curve clean;
  Curve wild = clean;
  wild.values.row(30).array() += 100.0;
  const SmoothingSpline spline(clean.knots, kLambda, Penalty::kSeminorm);
  const double squares =
      (spline.evaluate(wild.view(), clean.knots) - spline.evaluate(clean.view(), clean.knots))
          .cwiseAbs()
          .maxCoeff();
  const double huber =
      (wild.curve(wild.fit(kLambda), kLambda) - clean.curve(clean.fit(kLambda), kLambda))
          .cwiseAbs()
          .maxCoeff();
  CHECK(squares > 10.0);
  CHECK(huber < 0.1);
}

}  // namespace
}  // namespace laggard::math
