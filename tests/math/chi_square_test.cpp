#include "math/chi_square.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace laggard::math {
namespace {

TEST_CASE("The chi-squared distribution where it has a formula", "[chi_square]") {
  for (const double x : {1e-6, 0.1, 1.0, 3.0, 9.0, 30.0}) {
    CAPTURE(x);
    CHECK(chi_square_cdf(x, 1) == Approx(std::erf(std::sqrt(x / 2))).epsilon(1e-12));
    CHECK(chi_square_cdf(x, 2) == Approx(-std::expm1(-x / 2)).epsilon(1e-12));
    CHECK(chi_square_cdf(x, 4) == Approx(1 - std::exp(-x / 2) * (1 + x / 2)).margin(1e-13));
  }
  CHECK(chi_square_cdf(0, 3) == 0.0);
  // scipy.stats.chi2.cdf
  CHECK(chi_square_cdf(12.5, 10) == Approx(0.7470146766907018).epsilon(1e-12));
  CHECK(chi_square_cdf(1050, 1000) == Approx(0.867525943178523).epsilon(1e-10));
}

TEST_CASE("A quantile of the chi-squared distribution is where its share is reached",
          "[chi_square]") {
  for (const double freedom : {1.0, 2.0, 10.0, 1000.0})
    for (const double probability : {0.01, 0.5, 0.9, 0.99, 0.9999})
      CHECK(chi_square_cdf(chi_square_quantile(probability, freedom), freedom) ==
            Approx(probability).epsilon(1e-12));
  CHECK(chi_square_quantile(0.95, 1) == Approx(3.841458820694124));
  CHECK(chi_square_quantile(0.0, 3) == Approx(0.0).margin(1e-9));
}

}  // namespace
}  // namespace laggard::math
