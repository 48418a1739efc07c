#include "math/polynomial_fit.hpp"

#include <Eigen/Dense>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/points.hpp"

using namespace laggard;
using namespace laggard::math;

namespace {

using Wide = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

/// Chebyshev polynomials in long double.
Wide chebyshev_columns(const std::vector<double>& points, Index count) {
  Wide columns(static_cast<Index>(points.size()), count);
  for (Index i = 0; i < columns.rows(); ++i)
    for (Index p = 0; p < count; ++p)
      columns(i, p) = std::cos(static_cast<long double>(p) *
                               std::acos(static_cast<long double>(points[std::size_t(i)])));
  return columns;
}

/// The least-squares operator by a dense solver.
Matrix dense_fit(const std::vector<double>& targets, const std::vector<double>& nodes,
                 Index degree) {
  const Wide on_nodes = chebyshev_columns(nodes, degree + 1);
  const Index n = on_nodes.rows();
  const Wide inverse = on_nodes.colPivHouseholderQr().solve(Wide::Identity(n, n));
  return (chebyshev_columns(targets, degree + 1) * inverse).cast<double>();
}

std::vector<double> with_losses(std::uint32_t n, std::uint32_t every) {
  std::vector<double> nodes;
  const auto all = chebyshev_second(n);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (i % every != 1) nodes.push_back(all[i]);
  return nodes;
}

Matrix values_of(const std::vector<double>& nodes, Index columns, double sigma) {
  Stream stream({5, Purpose::kNoise, 0, 0});
  Matrix values(static_cast<Index>(nodes.size()), columns);
  fill_standard_normal(stream, {values.data(), static_cast<std::size_t>(values.size())});
  values *= sigma;
  for (Index i = 0; i < values.rows(); ++i)
    for (Index j = 0; j < columns; ++j)
      values(i, j) += std::sin((4.0 + double(j)) * nodes[static_cast<std::size_t>(i)]);
  return values;
}

}  // namespace

TEST_CASE("polynomials by least squares equal a dense solver's") {
  const auto targets = chebyshev_first(9);
  for (const auto& nodes : {with_losses(40, 7), equispaced(40), with_losses(12, 3)})
    for (const std::size_t degree : {0U, 1U, 3U, 7U}) {
      const PolynomialFit fit(targets, nodes, degree);
      const Matrix expected = dense_fit(targets, nodes, static_cast<Index>(degree));
      CHECK((fit.matrix(degree) - expected).cwiseAbs().maxCoeff() < 1e-12);
      const Matrix values = values_of(nodes, 3, 0.1);
      CHECK((fit.evaluate(rows_of(values, 0, values.rows()), degree) - expected * values)
                .cwiseAbs()
                .maxCoeff() < 1e-12);
    }
  // Far beyond where powers of x would have failed.
  const auto nodes = with_losses(300, 11);
  const Matrix expected = dense_fit(targets, nodes, 100);
  CHECK((PolynomialFit(targets, nodes, 100).matrix(100) - expected).cwiseAbs().maxCoeff() < 1e-11);
}

TEST_CASE("a polynomial of the degree is recovered, and n - 1 is the most there is") {
  const std::vector<double> nodes{0.9, 0.2, -0.3, -1.0}, targets{0.5, -0.7};
  Matrix values(4, 1);
  const auto cubic = [](double x) { return 2.0 * x * x * x - x + 0.25; };
  for (Index i = 0; i < 4; ++i) values(i, 0) = cubic(nodes[static_cast<std::size_t>(i)]);
  const PolynomialFit fit(targets, nodes, 50);
  CHECK(fit.largest() == 3);
  for (const std::size_t degree : {3U, 50U}) {
    const Matrix estimates = fit.matrix(degree) * values;
    for (Index t = 0; t < 2; ++t)
      CHECK(estimates(t, 0) == Approx(cubic(targets[static_cast<std::size_t>(t)])).margin(1e-14));
  }
  CHECK(PolynomialFit(targets, {nodes.data(), 1}, 7).matrix(7) == Matrix::Ones(2, 1));
}

TEST_CASE("the degree by leaving out is that of refitting without each value") {
  const auto nodes = with_losses(30, 6);
  for (const double sigma : {0.0, 0.3}) {
    const Matrix values = values_of(nodes, 2, sigma);
    const auto n = values.rows();
    Index best = 0;
    double least = 1e300;
    for (Index degree = 0; degree <= n - 2; ++degree) {
      double sum = 0.0;
      for (Index i = 1; i + 1 < n; ++i) {
        auto others = nodes;
        others.erase(others.begin() + i);
        Matrix there(n - 1, 2);
        there.topRows(i) = values.topRows(i);
        there.bottomRows(n - 1 - i) = values.bottomRows(n - 1 - i);
        sum += (values.row(i) -
                dense_fit({nodes[static_cast<std::size_t>(i)]}, others, degree) * there)
                   .squaredNorm();
      }
      if (sum < least) {
        least = sum;
        best = degree;
      }
    }
    const PolynomialFit fit({}, nodes, 120);
    const std::size_t found = fit.degree_by_leaving_out(rows_of(values, 0, n));
    INFO("sigma " << sigma);
    if (sigma > 0.0) CHECK(found == static_cast<std::size_t>(best));
    // Without noise several degrees have nothing but rounding left.
    if (sigma == 0.0) CHECK(found >= 16);
  }
}
