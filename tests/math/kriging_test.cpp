#include "math/kriging.hpp"

#include <Eigen/Dense>
#include <catch2/catch.hpp>

#include "random_matrix.hpp"

using namespace laggard;
using namespace laggard::math;
using laggard::testing::normal_matrix;

namespace {

/// The textbook's system with a multiplier, [A 1; 1^T 0] [w; mu] = [a; 1] for A = -|x - x'|, in
/// long double with full pivoting.
Matrix textbook(const Matrix& targets, const Matrix& nodes) {
  using Wide = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  const Index n = nodes.rows();
  const Wide from = nodes.cast<long double>(), to = targets.cast<long double>();
  Wide system = Wide::Ones(n + 1, n + 1), right = Wide::Ones(n + 1, targets.rows());
  system(n, n) = 0.0L;
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) system(i, j) = -(from.row(i) - from.row(j)).norm();
    for (Index t = 0; t < targets.rows(); ++t) right(i, t) = -(from.row(i) - to.row(t)).norm();
  }
  const Wide solution = system.fullPivLu().solve(right);
  return solution.topRows(n).transpose().cast<double>();
}

}  // namespace

TEST_CASE("kriging solves the textbook's system") {
  for (const Index dimensions : {1, 2, 5, 40})
    for (const Index count : {2, 3, 17, 60}) {
      INFO(dimensions << " dimensions, " << count << " nodes");
      const Matrix nodes = normal_matrix(count, dimensions, 1);
      const Matrix targets = normal_matrix(9, dimensions, 2);
      const Matrix weights = kriging_matrix(targets, nodes);
      CHECK((weights - textbook(targets, nodes)).cwiseAbs().maxCoeff() < 1e-11);
      CHECK((weights.rowwise().sum().array() - 1.0).abs().maxCoeff() < 1e-12);
    }
}

TEST_CASE("kriging does not depend on the order of the nodes, nor on where 0 is, nor on the unit") {
  const Matrix nodes = normal_matrix(20, 4, 11), targets = normal_matrix(5, 4, 12);
  const Matrix weights = kriging_matrix(targets, nodes);
  std::vector<Index> order;
  for (Index i = 0; i < 20; ++i) order.push_back((7 * i + 3) % 20);
  const Matrix permuted = kriging_matrix(targets, nodes(order, Eigen::all));
  CHECK((permuted - weights(Eigen::all, order)).cwiseAbs().maxCoeff() < 1e-12);
  const Eigen::RowVector4d shift(5.0, -3.0, 0.0, 2.0);
  const Matrix moved =
      kriging_matrix((1e3 * targets).rowwise() + shift, (1e3 * nodes).rowwise() + shift);
  CHECK((moved - weights).cwiseAbs().maxCoeff() < 1e-10);
}

TEST_CASE("kriging of scalars is the broken line, constant outside") {
  Matrix nodes(4, 1), targets(5, 1), values(4, 1);
  nodes << 3.0, -1.0, 0.5, 2.0;
  values << 10.0, 4.0, -2.0, 1.0;
  targets << -7.0, 0.0, 1.0, 2.0, 9.0;
  const Matrix estimates = kriging_matrix(targets, nodes) * values;
  const double expected[] = {4.0, 0.0, -1.0, 1.0, 10.0};
  for (Index t = 0; t < 5; ++t) CHECK(estimates(t, 0) == Approx(expected[t]).margin(1e-13));
}

TEST_CASE("kriging passes on what is there, bit by bit, and averages copies") {
  Matrix nodes = normal_matrix(12, 6, 3);
  nodes.row(7) = nodes.row(2);
  nodes.row(9) = nodes.row(2);
  Matrix targets = normal_matrix(3, 6, 4);
  targets.row(0) = nodes.row(5);
  targets.row(1) = nodes.row(2);
  const Matrix weights = kriging_matrix(targets, nodes);
  for (Index node = 0; node < 12; ++node) CHECK(weights(0, node) == (node == 5 ? 1.0 : 0.0));
  for (const Index node : {2, 7, 9}) CHECK(weights(1, node) == 1.0 / 3.0);
  CHECK(weights.row(1).sum() == Approx(1.0));

  // The copies weigh together what one of them would weigh.
  std::vector<Index> different;
  for (Index node = 0; node < 12; ++node)
    if (node != 7 && node != 9) different.push_back(node);
  const Matrix single = kriging_matrix(targets, nodes(different, Eigen::all));
  CHECK(3.0 * weights(2, 9) == Approx(single(2, 2)).epsilon(1e-12));
  CHECK(weights(2, 11) == Approx(single(2, 9)).epsilon(1e-12));
}

TEST_CASE("kriging bears places that almost coincide, and one place only") {
  Matrix nodes = normal_matrix(10, 3, 5);
  const Matrix targets = normal_matrix(4, 3, 6);
  for (const double apart : {1e-6, 1e-9, 1e-12, 0.0}) {
    nodes.row(1) = nodes.row(0);
    nodes(1, 0) += apart;
    const Matrix weights = kriging_matrix(targets, nodes);
    INFO(apart);
    CHECK((weights.rowwise().sum().array() - 1.0).abs().maxCoeff() < 1e-8);
    CHECK(weights.cwiseAbs().maxCoeff() < 2.0);
  }
  const Matrix same = Matrix::Constant(3, 2, 4.0);
  CHECK((kriging_matrix(same, same).array() == 1.0 / 3.0).all());
}

TEST_CASE("reduced places keep every distance in fewer dimensions") {
  const Matrix data = normal_matrix(7, 500, 8);
  const Matrix places = reduced_places(data);
  REQUIRE(places.rows() == 7);
  REQUIRE(places.cols() == 7);
  for (Index i = 0; i < 7; ++i)
    for (Index j = 0; j < 7; ++j)
      CHECK((places.row(i) - places.row(j)).norm() ==
            Approx((data.row(i) - data.row(j)).norm()).epsilon(1e-13));
  const Matrix few = normal_matrix(7, 3, 8);
  CHECK(reduced_places(few) == few);
}

TEST_CASE("the nearest node, the first of equals") {
  Matrix nodes(3, 1), targets(3, 1);
  nodes << 0.0, 2.0, 2.0;
  targets << 0.9, 1.0, 5.0;
  const Matrix weights = nearest_matrix(targets, nodes);
  Matrix expected(3, 3);
  expected << 1, 0, 0, 1, 0, 0, 0, 1, 0;
  CHECK(weights == expected);
}
