#include "math/broken_line.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace laggard;
using namespace laggard::math;

TEST_CASE("the broken line takes the two nodes next to a target, and goes on beyond the ends") {
  std::vector<double> nodes{-1.0, 0.0, 2.0};
  const std::vector<double> targets{-2.0, -1.0, -0.25, 0.0, 1.5, 2.0, 3.0};
  Matrix expected(7, 3);
  expected << 2, -1, 0, 1, 0, 0, 0.25, 0.75, 0, 0, 1, 0, 0, 0.25, 0.75, 0, 0, 1, 0, -0.5, 1.5;
  CHECK(broken_line_matrix(targets, nodes) == expected);
  std::reverse(nodes.begin(), nodes.end());
  CHECK(broken_line_matrix(targets, nodes) == expected.rowwise().reverse());
  CHECK(broken_line_matrix(targets, {nodes.data(), 1}) == Matrix::Ones(7, 1));
}
