#include "math/spline_outliers.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"

namespace laggard::math {
namespace {

using Rows = std::vector<Index>;

struct Curve {
  std::vector<double> knots, targets;
  Matrix values, truth;

  Curve(std::uint32_t n, Index coordinates, double noise = 0.0) {
    const std::vector<double> beta = chebyshev_second(n), alpha = chebyshev_first(10);
    knots.assign(beta.rbegin(), beta.rend());
    targets.assign(alpha.rbegin(), alpha.rend());
    values = of(knots, coordinates);
    truth = of(targets, coordinates);
    Stream stream({11, Purpose::kNoise, n, 0});
    for (Index i = 0; i < values.size(); ++i) values.data()[i] += noise * standard_normal(stream);
  }

  static Matrix of(const std::vector<double>& points, Index coordinates) {
    Matrix values(static_cast<Index>(points.size()), coordinates);
    for (Index i = 0; i < values.rows(); ++i)
      for (Index c = 0; c < coordinates; ++c) {
        const double t = points[static_cast<std::size_t>(i)];
        values(i, c) = 4.0 * t * std::sin(6.0 * t + double(c));
      }
    return values;
  }

  Rows outliers(std::size_t most, bool readmit = true) const {
    return find_outliers(knots, targets, rows_of(values, 0, values.rows()), {most, readmit}).rows;
  }

  void flip(const Rows& rows) {
    for (const Index row : rows) values.row(row) *= -1.0;
  }
};

TEST_CASE("Wrong values are found at any place, neighbours too", "[peel]") {
  for (const Rows& wrong : {Rows{9}, {20, 50}, {30, 31, 32}, {0, 99}, {12, 13, 60, 61}}) {
    for (const Index coordinates : {1, 3}) {
      Curve curve(100, coordinates);
      for (const Index row : wrong) curve.values.row(row).array() += 3.0;
      CAPTURE(wrong, coordinates);
      CHECK(curve.outliers(wrong.size()) == wrong);
      CHECK(curve.outliers(wrong.size() + 3) == wrong);  // B is only a bound
    }
  }
}

TEST_CASE("The honest return if nobody lies", "[peel]") {
  CHECK(Curve(100, 2).outliers(5).size() <= 1);
  const Curve noisy(100, 2, 0.5);
  CHECK(noisy.outliers(5).size() <= 2);
  CHECK(noisy.outliers(5, false).size() == 5);
  CHECK(noisy.outliers(0).empty());
}

TEST_CASE("Wrong values stand out of noise", "[peel]") {
  Curve curve(100, 2, 0.3);
  const Rows wrong{14, 40, 41, 77};
  for (const Index row : wrong) curve.values.row(row).array() -= 8.0;
  CHECK(curve.outliers(6) == wrong);
}

TEST_CASE("Coordinates convict together what none of them could alone", "[peel]") {
  Curve joint(60, 40, 0.5);
  const Rows wrong{17, 44};
  for (const Index row : wrong) joint.values.row(row).array() += 1.5;
  CHECK(joint.outliers(2, false) == wrong);
  std::size_t alone = 0;
  for (Index c = 0; c < 40; ++c) {
    Curve one = joint;
    one.values = joint.values.col(c);
    if (one.outliers(2, false) == wrong) ++alone;
  }
  CHECK(alone < 20);
}

TEST_CASE("The scale of the values does not matter", "[peel]") {
  Curve curve(80, 2, 0.1);
  curve.flip({22, 50});
  const Rows found = curve.outliers(4);
  curve.values *= 1e-9;
  CHECK(curve.outliers(4) == found);
  curve.values *= 1e18;
  CHECK(curve.outliers(4) == found);
}

/// Sum over the inner kept values of their squared misses, each fitted without it.
double sum_of_misses(const Curve& curve, const Rows& removed, double lambda) {
  std::vector<double> knots;
  Rows kept;
  for (Index i = 0; i < curve.values.rows(); ++i) {
    if (std::find(removed.begin(), removed.end(), i) != removed.end()) continue;
    kept.push_back(i);
    knots.push_back(curve.knots[static_cast<std::size_t>(i)]);
  }
  double sum = 0.0;
  for (std::size_t left = 1; left + 1 < kept.size(); ++left) {
    std::vector<double> others = knots;
    Rows rows = kept;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(left));
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(left));
    const Matrix some = curve.values(rows, Eigen::all);
    const std::vector<double> at{knots[left]};
    const double scale = double(curve.knots.size()) / double(others.size());
    const Matrix prediction = SmoothingSpline(others, lambda * scale, Penalty::kSeminorm)
                                  .evaluate(rows_of(some, 0, some.rows()), at);
    sum += (curve.values.row(kept[left]) - prediction.row(0)).squaredNorm();
  }
  return sum;
}

TEST_CASE("The set is the one of all sets of two that lets the others be predicted best",
          "[peel]") {
  Curve curve(24, 1);
  Stream stream({5, Purpose::kNoise, 0, 0});
  for (Index i = 0; i < 24; ++i)
    curve.values(i, 0) =
        std::sin(2.0 * curve.knots[static_cast<std::size_t>(i)]) + 0.02 * standard_normal(stream);
  curve.values(8, 0) += 1.0;
  curve.values(9, 0) -= 1.0;
  Rows best;
  double least = 1e300;
  for (Index a = 0; a < 24; ++a)
    for (Index b = a + 1; b < 24; ++b)
      for (const double lambda : {0.0, 1e-6, 1e-4, 1e-3, 1e-2}) {
        const double sum = sum_of_misses(curve, {a, b}, lambda);
        if (sum >= least) continue;
        least = sum;
        best = {a, b};
      }
  CHECK(best == Rows{8, 9});
  CHECK(curve.outliers(2, false) == best);
}

TEST_CASE("As few values as can tell errors from the curve", "[peel]") {
  CHECK(least_values(3) == 9);
  for (const std::size_t most : {1U, 2U, 3U, 5U}) {
    Curve curve(static_cast<std::uint32_t>(least_values(most)), 2);
    CHECK(curve.outliers(most, false).size() == most);
    CHECK(curve.outliers(most).size() <= most);
    curve.values.setConstant(3.0);
    CHECK(curve.outliers(most).empty());
  }
}

}  // namespace
}  // namespace laggard::math
