#include "math/rational_locator.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/points.hpp"

namespace laggard::math {
namespace {

using Rows = std::vector<Index>;

/// Values of polynomials of degree K - 1, which P / Q reproduces whatever the errors are.
Matrix polynomials(const std::vector<double>& nodes, std::size_t data_points, Index coordinates) {
  Stream stream({3, Purpose::kData, 0, 0});
  Matrix values = Matrix::Zero(static_cast<Index>(nodes.size()), coordinates);
  for (std::size_t power = 0; power < data_points; ++power)
    for (Index c = 0; c < coordinates; ++c) {
      const double factor = standard_normal(stream);
      for (Index i = 0; i < values.rows(); ++i)
        values(i, c) +=
            factor * std::cos(double(power) * std::acos(nodes[static_cast<std::size_t>(i)]));
    }
  return values;
}

TEST_CASE("Every set of errors in polynomials is found with the published number of values",
          "[approxifer]") {
  constexpr std::size_t kDataPoints = 5, kWrong = 2;
  const auto n = static_cast<std::uint32_t>(locator_values(kDataPoints, kWrong));
  CHECK(n == 13);
  const std::vector<double> nodes = chebyshev_second(n);
  const Matrix values = polynomials(nodes, kDataPoints, 3);
  for (Index a = 0; a < values.rows(); ++a)
    for (Index b = a + 1; b < values.rows(); ++b) {
      Matrix told = values;
      told.row(a) *= -1.0;
      told.row(b).array() += 3.0;
      CAPTURE(a, b);
      REQUIRE(locate_errors(nodes, rows_of(told, 0, told.rows()), kDataPoints, kWrong) ==
              Rows{a, b});
    }
}

TEST_CASE("Chebyshev series find errors at sizes at which powers have lost all digits",
          "[approxifer]") {
  constexpr std::size_t kDataPoints = 25, kWrong = 3;
  const std::vector<double> nodes = chebyshev_second(locator_values(kDataPoints, kWrong));
  Matrix values = polynomials(nodes, kDataPoints, 4);
  for (const Index wrong : {3, 30, 31}) values.row(wrong).array() += 2.0;
  CHECK(locate_errors(nodes, rows_of(values, 0, values.rows()), kDataPoints, kWrong) ==
        Rows{3, 30, 31});
}

TEST_CASE("Somebody is accused although all values agree", "[approxifer]") {
  const std::vector<double> nodes = chebyshev_second(13);
  const Matrix zeros = Matrix::Zero(13, 2);
  CHECK(locate_errors(nodes, rows_of(zeros, 0, 13), 5, 2) == Rows{0, 1});
  CHECK(locate_errors(nodes, rows_of(zeros, 0, 13), 5, 0).empty());
}

}  // namespace
}  // namespace laggard::math
