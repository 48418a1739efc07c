#include "math/points.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

using namespace laggard::math;

TEST_CASE("points follow the papers' cosine formulas") {
  for (std::uint32_t n : {1U, 2U, 7U, 60U, 1001U}) {
    const auto alpha = chebyshev_first(n);
    REQUIRE(alpha.size() == n);
    for (std::uint32_t k = 1; k <= n; ++k)
      CHECK(alpha[k - 1] ==
            Approx(std::cos((2.0 * k - 1.0) * std::numbers::pi / (2.0 * n))).margin(1e-15));
    if (n < 2) continue;
    const auto beta = chebyshev_second(n);
    for (std::uint32_t j = 1; j <= n; ++j)
      CHECK(beta[j - 1] ==
            Approx(std::cos((j - 1.0) * std::numbers::pi / (n - 1.0))).margin(1e-15));
    CHECK(beta.front() == 1.0);
    CHECK(beta.back() == -1.0);
    CHECK(equispaced(n).front() == 1.0);
    CHECK(equispaced(n).back() == -1.0);
  }
}

TEST_CASE("points are symmetric to the last bit and descend strictly") {
  for (std::uint32_t n : {2U, 3U, 64U, 100U, 9999U})
    for (const auto& points : {chebyshev_first(n), chebyshev_second(n), equispaced(n)})
      for (std::size_t i = 0; i < n; ++i) {
        REQUIRE(points[i] == -points[n - 1 - i]);
        if (i > 0) REQUIRE(points[i] < points[i - 1]);
      }
}

TEST_CASE("one point sits in the middle") {
  CHECK(chebyshev_first(1) == std::vector<double>{0.0});
  CHECK(chebyshev_second(1) == std::vector<double>{0.0});
  CHECK(equispaced(1) == std::vector<double>{0.0});
}

TEST_CASE("alphas meet betas exactly where the exponents of two say so, and nowhere else") {
  const auto exponent = [](std::uint32_t n) {
    int e = 0;
    for (; n % 2 == 0; n /= 2) ++e;
    return e;
  };
  for (std::uint32_t k : {1U, 2U, 3U, 8U, 10U, 12U})
    for (std::uint32_t n = 2; n < 200; ++n) {
      std::size_t met = 0;
      for (double a : chebyshev_first(k))
        for (double b : chebyshev_second(n)) {
          if (a == b)
            ++met;
          else
            CHECK(std::abs(a - b) > 1e-9);
        }
      CHECK((met > 0) == (exponent(n - 1) > exponent(k)));
      if ((n - 1) % (2 * k) == 0) CHECK(met == k);
    }
}
