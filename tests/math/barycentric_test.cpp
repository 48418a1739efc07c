#include "math/barycentric.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/points.hpp"

using namespace laggard;
using namespace laggard::math;

namespace {

std::vector<double> survivors_of(std::uint32_t n, double keep, std::uint32_t seed) {
  Stream stream({seed, Purpose::kStragglers, 0, 0});
  std::vector<double> nodes;
  for (double point : chebyshev_second(n))
    if (uniform01(stream) < keep) nodes.push_back(point);
  if (nodes.empty()) nodes.push_back(0.25);
  return nodes;
}

std::vector<double> grid() {
  std::vector<double> targets;
  for (int i = 0; i <= 1000; ++i) targets.push_back(-1.0 + 0.002 * i);
  return targets;
}

}  // namespace

TEST_CASE("Berrut's interpolant reproduces constants and nodes and has no pole for any survivors") {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const auto nodes = survivors_of(2 + seed % 60, 0.1 + 0.004 * seed, seed);
    const auto weights = berrut_weights(nodes.size());
    const Matrix on_grid = barycentric_matrix(grid(), nodes, weights);
    REQUIRE(on_grid.allFinite());
    CHECK((on_grid.rowwise().sum().array() - 1.0).abs().maxCoeff() < 1e-12);
    // The Lebesgue function of Berrut's interpolant grows logarithmically for Chebyshev sets; a
    // pole would make it explode somewhere on the grid.
    CHECK(on_grid.cwiseAbs().rowwise().sum().maxCoeff() < 1e4);
    const Matrix at_nodes = barycentric_matrix(nodes, nodes, weights);
    CHECK(at_nodes == Matrix::Identity(at_nodes.rows(), at_nodes.cols()));
  }
}

TEST_CASE("signs by the workers' own indices do make poles") {
  // Nodes 0 and 2 of three: +,+ has a pole between them, +,- has none.
  const std::vector<double> nodes{1.0, -1.0};
  const std::vector<double> wrong{1.0, 1.0};
  const Matrix bad = barycentric_matrix(std::vector<double>{1e-9}, nodes, wrong);
  CHECK(bad.cwiseAbs().maxCoeff() > 1e8);
  const Matrix good = barycentric_matrix(std::vector<double>{1e-9}, nodes, berrut_weights(2));
  CHECK(good.cwiseAbs().maxCoeff() < 1.0);
}

TEST_CASE("Lagrange weights agree with the plain product and interpolate polynomials exactly") {
  const auto nodes = chebyshev_second(13);
  const auto weights = lagrange_weights(nodes);
  std::vector<double> plain(nodes.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    double product = 1.0;
    for (std::size_t j = 0; j < nodes.size(); ++j)
      if (j != i) product *= nodes[i] - nodes[j];
    plain[i] = 1.0 / product;
    largest = std::max(largest, std::abs(plain[i]));
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
    CHECK(weights[i] == Approx(plain[i] / largest).epsilon(1e-13));

  const auto polynomial = [](double z) { return ((((3 * z - 1) * z + 2) * z - 5) * z + 0.5) * z; };
  const Matrix matrix = barycentric_matrix(grid(), nodes, weights);
  for (std::size_t t = 0; t < grid().size(); ++t) {
    double value = 0.0;
    for (std::size_t i = 0; i < nodes.size(); ++i)
      value += matrix(static_cast<Index>(t), static_cast<Index>(i)) * polynomial(nodes[i]);
    CHECK(value == Approx(polynomial(grid()[t])).margin(1e-12));
  }
}

TEST_CASE("Lagrange weights neither overflow nor underflow for thousands of nodes") {
  const auto weights = lagrange_weights(chebyshev_second(3000));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    REQUIRE(std::isfinite(weights[i]));
    // Closed form for this set: +-1, the two ends half of that.
    const double expected = i == 0 || i + 1 == weights.size() ? 0.5 : 1.0;
    CHECK(std::abs(weights[i]) == Approx(expected).epsilon(1e-9));
    if (i > 0) CHECK(weights[i] * weights[i - 1] < 0.0);
  }
}

TEST_CASE("rows of polynomial interpolation are right where the points make them huge") {
  // l_i(z) as the plain product, in a type that it fits into.
  const auto slow = [](const std::vector<double>& nodes, std::size_t i, double z) {
    long double product = 1.0L;
    for (std::size_t j = 0; j < nodes.size(); ++j)
      if (j != i)
        product *= (static_cast<long double>(z) - nodes[j]) /
                   (static_cast<long double>(nodes[i]) - nodes[j]);
    return product;
  };
  const std::vector<double> targets{0.999, 0.5, 0.1234, -0.7};
  for (const auto& nodes : {survivors_of(1000, 0.5, 1), equispaced(100), equispaced(500)}) {
    const Matrix matrix = lagrange_matrix(targets, nodes);
    REQUIRE(matrix.allFinite());
    CHECK(matrix.cwiseAbs().rowwise().sum().maxCoeff() > 1e15);
    for (std::size_t t = 0; t < targets.size(); ++t)
      for (std::size_t i = 0; i < nodes.size(); i += 7) {
        const auto entry = matrix(static_cast<Index>(t), static_cast<Index>(i));
        const auto exact = static_cast<double>(slow(nodes, i, targets[t]));
        // Below 1e14 the formula of the second kind has as many digits as the product can use.
        const double size = matrix.row(static_cast<Index>(t)).cwiseAbs().sum();
        if (size > 1e14)
          CHECK(entry == Approx(exact).epsilon(1e-11));
        else
          CHECK(std::abs(entry - exact) < 1e-15 * size * size);
      }
  }
}

TEST_CASE("where polynomial interpolation is sound, it is the formula of the second kind") {
  for (const auto& nodes : {chebyshev_first(40), chebyshev_second(201), survivors_of(60, 0.9, 3)})
    CHECK(lagrange_matrix(grid(), nodes) ==
          barycentric_matrix(grid(), nodes, lagrange_weights(nodes)));
}
