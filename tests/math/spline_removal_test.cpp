#include "math/spline_removal.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "core/random.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"

namespace laggard::math {
namespace {

using Rows = std::vector<Index>;

struct Curve {
  std::vector<double> knots;
  Matrix values;

  Curve(std::uint32_t n, Index coordinates, double noise) {
    const std::vector<double> beta = chebyshev_second(n);
    knots.assign(beta.rbegin(), beta.rend());
    values.resize(n, coordinates);
    Stream stream({7, Purpose::kNoise, n, 0});
    for (Index i = 0; i < values.rows(); ++i)
      for (Index c = 0; c < coordinates; ++c)
        values(i, c) = std::sin(5.0 * knots[static_cast<std::size_t>(i)] + double(c)) +
                       noise * standard_normal(stream);
  }

  MatrixView view() const { return rows_of(values, 0, values.rows()); }
  SplineRemoval removal(double lambda) const {
    return {knots, view(), double(knots.size()) * lambda};
  }

  Rows without(Rows rows) const {
    std::sort(rows.begin(), rows.end());
    Rows kept;
    for (Index i = 0; i < values.rows(); ++i)
      if (!std::binary_search(rows.begin(), rows.end(), i)) kept.push_back(i);
    return kept;
  }

  /// The spline through the kept rows at the knots, at the same n lambda.
  Matrix fit(const Rows& kept, double lambda) const {
    std::vector<double> some;
    for (const Index i : kept) some.push_back(knots[static_cast<std::size_t>(i)]);
    const Matrix y = values(kept, Eigen::all);
    return SmoothingSpline(some, lambda * double(knots.size()) / double(kept.size()),
                           Penalty::kSeminorm)
        .evaluate(rows_of(y, 0, y.rows()), knots);
  }
};

/// Of values that are kept, by leaving each out and fitting again.
double miss_of(const Curve& curve, const Rows& removed, Index i, double lambda) {
  Rows others = removed;
  others.push_back(i);
  const Matrix fit = curve.fit(curve.without(others), lambda);
  return (curve.values.row(i) - fit.row(i)).norm() / std::sqrt(double(curve.values.cols()));
}

TEST_CASE("Misses are those of a spline that is fitted again without the value", "[peel]") {
  const Curve curve(30, 2, 0.1);
  for (const double lambda : {0.0, 1e-8, 1e-5, 1e-2}) {
    SplineRemoval spline = curve.removal(lambda);
    Rows removed;
    for (const Index gone : {12, 13, 0, 25}) {
      for (Index i = 0; i < 30; ++i) {
        if (spline.is_removed(i)) continue;
        CAPTURE(lambda, removed, i);
        const double expected = miss_of(curve, removed, i, lambda);
        REQUIRE(spline.miss(i) == Approx(expected).epsilon(1e-6));
      }
      spline.remove(gone);
      removed.push_back(gone);
      REQUIRE(spline.removed() == removed);
    }
  }
}

TEST_CASE("What falls when a value goes rises when it returns", "[peel]") {
  const Curve curve(40, 3, 0.3);
  for (const double lambda : {0.0, 1e-6, 1e-3}) {
    SplineRemoval spline = curve.removal(lambda);
    for (const Index gone : {5, 20, 21, 22, 39}) {
      const double fall = spline.fall(gone), miss = spline.miss(gone);
      spline.remove(gone);
      CHECK(spline.rise(spline.removed().size() - 1) == Approx(fall).epsilon(1e-8));
      CHECK(spline.removed_miss(spline.removed().size() - 1) == Approx(miss).epsilon(1e-8));
    }
    // In any order: the same as if it had never gone.
    spline.give_back(1);
    spline.give_back(2);
    CHECK(spline.removed() == Rows{5, 21, 39});
    SplineRemoval fresh = curve.removal(lambda);
    for (const Index gone : {39, 21, 5}) fresh.remove(gone);
    for (Index i = 0; i < 40; ++i) {
      CHECK(spline.is_removed(i) == fresh.is_removed(i));
      if (!fresh.is_removed(i)) CHECK(spline.fall(i) == Approx(fresh.fall(i)).epsilon(1e-7));
    }
    CHECK(spline.worst() == fresh.worst());
  }
}

TEST_CASE("One large error makes the objective fall most where it is", "[peel]") {
  for (const double lambda : {0.0, 1e-7, 1e-4})
    for (const Index wrong : {0, 1, 17, 49}) {
      Curve curve(50, 1, 0.0);
      curve.values(wrong, 0) += 10.0;
      CHECK(curve.removal(lambda).worst() == wrong);
    }
}

TEST_CASE("The worst run is the one whose members together make the objective fall most",
          "[peel]") {
  Curve curve(40, 2, 0.05);
  for (Index i = 14; i < 19; ++i) curve.values.row(i).array() += 2.0;
  for (const double lambda : {0.0, 1e-7})
    for (const Index length : {1, 3, 5}) {
      double most = -1.0;
      Index expected = 0;
      for (Index first = 0; first + length <= 40; ++first) {
        SplineRemoval spline = curve.removal(lambda);
        double fall = 0.0;
        for (Index i = first; i < first + length; ++i) {
          fall += spline.fall(i);
          spline.remove(i);
        }
        if (fall <= most) continue;
        most = fall;
        expected = first;
      }
      CAPTURE(lambda, length);
      CHECK(curve.removal(lambda).worst_window(length) == expected);
    }
  CHECK(curve.removal(1e-7).worst_window(5) == 14);
}

}  // namespace
}  // namespace laggard::math
