#include "math/barycentric.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

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

TEST_CASE("Floater and Hormann's weights: Berrut's at degree 0, Lagrange's at n - 1") {
  const std::vector<double> nodes{1.0, 0.7, 0.1, -0.2, -0.85};
  const auto berrut = floater_hormann_weights(nodes, 0);
  CHECK(berrut == berrut_weights(5));
  for (const std::size_t degree : {4U, 9U}) {
    const auto weights = floater_hormann_weights(nodes, degree), lagrange = lagrange_weights(nodes);
    for (std::size_t i = 0; i < 5; ++i)
      CHECK(std::abs(weights[i]) == Approx(std::abs(lagrange[i])).epsilon(1e-13));
  }
  CHECK(floater_hormann_weights({nodes.data(), 1}, 3) == std::vector<double>{1.0});
}

TEST_CASE("Floater and Hormann's interpolants reproduce polynomials of their degree, not of more") {
  auto nodes = chebyshev_second(25);
  nodes.erase(nodes.begin() + 7);
  const auto targets = chebyshev_first(7);
  for (const std::size_t degree : {1U, 2U, 3U, 5U}) {
    const Matrix operation =
        barycentric_matrix(targets, nodes, floater_hormann_weights(nodes, degree));
    const auto error = [&](std::size_t power) {
      double worst = 0.0;
      for (Index t = 0; t < operation.rows(); ++t) {
        double value = 0.0;
        for (std::size_t i = 0; i < nodes.size(); ++i)
          value += operation(t, static_cast<Index>(i)) * std::pow(nodes[i], double(power));
        worst = std::max(worst, std::abs(value - std::pow(targets[std::size_t(t)], double(power))));
      }
      return worst;
    };
    CHECK(error(degree) < 1e-13);
    CHECK(error(degree + 2) > 1e-9);
  }
}

namespace {

/// The definition: polynomials through `degree` + 1 neighbours, blended with the weights
/// (-1)^i / ((z - t_i) ... (z - t_{i + degree})), in long double.
long double blended(double target, const std::vector<double>& nodes, const Vector& values,
                    std::size_t degree) {
  const long double z = target;
  long double above = 0.0L, below = 0.0L;
  for (std::size_t i = 0; i + degree < nodes.size(); ++i) {
    long double blend = i % 2 == 0 ? 1.0L : -1.0L, polynomial = 0.0L;
    for (std::size_t k = i; k <= i + degree; ++k) {
      blend /= z - nodes[k];
      long double term = values[static_cast<Index>(k)];
      for (std::size_t j = i; j <= i + degree; ++j)
        if (j != k) term *= (z - nodes[j]) / (static_cast<long double>(nodes[k]) - nodes[j]);
      polynomial += term;
    }
    above += blend * polynomial;
    below += blend;
  }
  return above / below;
}

}  // namespace

TEST_CASE("Floater and Hormann's interpolants are their blended polynomials") {
  auto nodes = chebyshev_second(18);
  nodes.erase(nodes.begin() + 5, nodes.begin() + 7);
  const auto targets = chebyshev_first(9);
  for (const std::size_t degree : {0U, 1U, 2U, 4U, 6U}) {
    const Matrix operation =
        barycentric_matrix(targets, nodes, floater_hormann_weights(nodes, degree));
    for (Index i = 0; i < operation.cols(); ++i)
      for (std::size_t t = 0; t < targets.size(); ++t)
        CHECK(operation(static_cast<Index>(t), i) ==
              Approx(double(blended(targets[t], nodes, Vector::Unit(operation.cols(), i), degree)))
                  .margin(1e-12));
  }
}

TEST_CASE("the degree of blending is the one that errs least at values that are left out") {
  auto nodes = chebyshev_second(24);
  nodes.erase(nodes.begin() + 9, nodes.begin() + 11);
  std::vector<std::size_t> chosen;
  for (const double frequency : {1.0, 4.0, 9.0, 40.0}) {
    Matrix values(static_cast<Index>(nodes.size()), 1);
    for (std::size_t i = 0; i < nodes.size(); ++i)
      values(static_cast<Index>(i), 0) = std::sin(frequency * nodes[i] + 0.3);
    std::size_t best = 0;
    long double least = std::numeric_limits<long double>::infinity();
    for (std::size_t degree = 0; degree <= kLargestBlend; ++degree) {
      long double sum = 0.0L;
      for (std::size_t i = 1; i + 1 < nodes.size(); ++i) {
        auto others = nodes;
        others.erase(others.begin() + std::ptrdiff_t(i));
        Vector there(static_cast<Index>(others.size()));
        for (std::size_t j = 0; j < others.size(); ++j)
          there[static_cast<Index>(j)] = values(static_cast<Index>(j < i ? j : j + 1), 0);
        const long double error =
            values(static_cast<Index>(i), 0) - blended(nodes[i], others, there, degree);
        sum += error * error;
      }
      if (sum < least) {
        least = sum;
        best = degree;
      }
    }
    INFO("frequency " << frequency);
    CHECK(floater_hormann_degree(nodes, rows_of(values, 0, values.rows())) == best);
    chosen.push_back(best);
  }
  CHECK(chosen.front() > chosen.back());
}

TEST_CASE("a smooth function asks for a higher degree of blending than a rough one") {
  const auto nodes = chebyshev_second(40);
  Matrix smooth(40, 2), rough(40, 2);
  for (Index i = 0; i < 40; ++i) {
    const double x = nodes[static_cast<std::size_t>(i)];
    smooth.row(i) << std::sin(2.0 * x), std::exp(x);
    rough.row(i) << (i % 3 == 0 ? 1.0 : -1.0), (i % 5 == 0 ? 1.0 : 0.0);
  }
  CHECK(floater_hormann_degree(nodes, rows_of(smooth, 0, 40)) >= 5);
  CHECK(floater_hormann_degree(nodes, rows_of(rough, 0, 40)) <= 1);
  CHECK(floater_hormann_degree({nodes.data(), 2}, rows_of(smooth, 0, 2)) == 0);
}
