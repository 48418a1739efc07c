#include "math/chi_square.hpp"

#include <cmath>
#include <limits>

namespace laggard::math {
namespace {

constexpr double kPrecision = 1e-15;
constexpr int kMostTerms = 100'000;

/// z^a e^-z / Gamma(a)
double front(double a, double z) {
  return std::exp(a * std::log(z) - z - std::lgamma(a));
}

/// P(a, z) = front sum_k z^k / (a (a + 1) ... (a + k))
double lower_by_series(double a, double z) {
  double term = 1.0 / a, sum = term;
  for (int k = 1; k < kMostTerms && term > kPrecision * sum; ++k) sum += term *= z / (a + k);
  return front(a, z) * sum;
}

/// 1 - P(a, z) = front / (z + 1 - a - 1 (1 - a) / (z + 3 - a - ...)), by Lentz's method.
double upper_by_fraction(double a, double z) {
  constexpr double kTiny = std::numeric_limits<double>::min();
  double b = z + 1.0 - a, c = 1.0 / kTiny, d = 1.0 / b, value = d;
  for (int k = 1; k < kMostTerms; ++k) {
    const double numerator = -k * (k - a);
    b += 2.0;
    d = numerator * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + numerator / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1.0 / d;
    value *= d * c;
    if (std::abs(d * c - 1.0) < kPrecision) break;
  }
  return front(a, z) * value;
}

}  // namespace

double chi_square_cdf(double x, double freedom) {
  if (!(x > 0.0)) return 0.0;
  const double a = freedom / 2.0, z = x / 2.0;
  return z < a + 1.0 ? lower_by_series(a, z) : 1.0 - upper_by_fraction(a, z);
}

double chi_square_quantile(double probability, double freedom) {
  double low = 0.0, high = freedom + 1.0;
  while (chi_square_cdf(high, freedom) < probability) high *= 2.0;
  for (int step = 0; step < 200 && high - low > kPrecision * high; ++step) {
    const double middle = 0.5 * (low + high);
    (chi_square_cdf(middle, freedom) < probability ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace laggard::math
