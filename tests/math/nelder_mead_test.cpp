#include "math/nelder_mead.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace laggard;

TEST_CASE("The simplex finds the minimum of Rosenbrock's valley") {
  const auto valley = [](std::span<const double> x) {
    return 100.0 * std::pow(x[1] - x[0] * x[0], 2) + std::pow(1.0 - x[0], 2) + 1.0;
  };
  const Minimum found = nelder_mead(valley, {-1.2, 1.0}, 0.5, 1e-14, 1000);
  CHECK(found.at[0] == Approx(1.0).epsilon(1e-4));
  CHECK(found.at[1] == Approx(1.0).epsilon(1e-4));
  CHECK(found.value == Approx(1.0));
  CHECK(found.evaluations < 400);
}

TEST_CASE("The simplex works in one and in many dimensions, and around what is no number") {
  for (const std::size_t dimensions : {1U, 2U, 5U, 8U}) {
    CAPTURE(dimensions);
    const auto bowl = [](std::span<const double> x) {
      double sum = 1.0;
      for (std::size_t i = 0; i < x.size(); ++i)
        sum += (1.0 + static_cast<double>(i)) * std::pow(x[i] - 2.0, 2);
      return x[0] < 0.0 ? std::numeric_limits<double>::quiet_NaN() : sum;
    };
    const Minimum found = nelder_mead(bowl, std::vector<double>(dimensions, 0.1), 0.7, 1e-13, 5000);
    for (const double x : found.at) CHECK(x == Approx(2.0).margin(1e-4));
  }
}

TEST_CASE("The simplex is not deceived by corners with equal values") {
  // A step to the other side of the bowl: both corners have the value 1.
  const auto bowl = [](std::span<const double> x) { return (x[0] - 0.5) * (x[0] - 0.5) + 0.75; };
  const Minimum found = nelder_mead(bowl, {0.0}, 1.0, 1e-6, 200);
  CHECK(found.at[0] == Approx(0.5).margin(2e-3));
  CHECK(found.value == Approx(0.75).epsilon(1e-5));
}

TEST_CASE("The simplex ends after its evaluations") {
  std::uint32_t calls = 0;
  const Minimum found = nelder_mead(
      [&](std::span<const double> x) {
        ++calls;
        return std::exp(-x[0]);  // has none
      },
      {0.0}, 1.0, 0.0, 30);
  CHECK(found.evaluations == calls);
  CHECK(calls >= 30);
  CHECK(calls <= 32);
}
