#include "math/curve_order.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "random_matrix.hpp"

using namespace laggard;
using namespace laggard::math;
using laggard::testing::normal_matrix;

namespace {

bool is_permutation_of_all(std::vector<std::uint32_t> order) {
  std::sort(order.begin(), order.end());
  for (std::uint32_t i = 0; i < order.size(); ++i)
    if (order[i] != i) return false;
  return true;
}

}  // namespace

TEST_CASE("scalars are sorted") {
  const Matrix points = normal_matrix(50, 1, 1);
  const auto order = short_path(points);
  for (std::size_t i = 1; i < order.size(); ++i)
    CHECK(points(order[i - 1], 0) <= points(order[i], 0));
}

TEST_CASE("small paths are as short as exhaustive search finds, or nearly") {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const Matrix points = normal_matrix(7, 3, seed);
    std::vector<std::uint32_t> order(7);
    std::iota(order.begin(), order.end(), 0U);
    double best = path_length(points, order);
    do best = std::min(best, path_length(points, order));
    while (std::next_permutation(order.begin(), order.end()));
    const auto found = short_path(points);
    CHECK(is_permutation_of_all(found));
    CHECK(path_length(points, found) <= best * 1.02);
  }
}

TEST_CASE("no single reversal shortens the path, and repeated calls agree") {
  const Matrix points = normal_matrix(60, 20, 4);
  auto order = short_path(points);
  REQUIRE(is_permutation_of_all(order));
  CHECK(order == short_path(points));
  const double length = path_length(points, order);
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      auto other = order;
      std::reverse(other.begin() + static_cast<std::ptrdiff_t>(i),
                   other.begin() + static_cast<std::ptrdiff_t>(j) + 1);
      CHECK(path_length(points, other) >= length * (1.0 - 1e-9));
    }
}

TEST_CASE("degenerate inputs end: equal points, one or two points, NaN") {
  CHECK(short_path(Matrix::Zero(1, 4)).size() == 1);
  CHECK(is_permutation_of_all(short_path(Matrix::Zero(2, 4))));
  CHECK(is_permutation_of_all(short_path(Matrix::Zero(30, 4))));
  Matrix broken = normal_matrix(12, 3, 2);
  broken(4, 1) = kNaN;
  CHECK(is_permutation_of_all(short_path(broken)));
}
