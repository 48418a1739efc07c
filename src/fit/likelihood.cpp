#include "fit/likelihood.hpp"

#include <cmath>

namespace laggard::fit {
namespace {

constexpr double kFar = 30.0;  // beyond it, erfc underflows soon and two terms are exact

}  // namespace

double log_likelihood(const Sample& sample, const Law& law) {
  double sum = 0.0;
  for (const double time : sample.answered) sum += law.log_density(time);
  for (const double time : sample.censored) sum += law.log_above(time);
  return sum;
}

std::array<double, 2> standard_errors(const std::function<double(double, double)>& f, double x,
                                      double y) {
  constexpr double h = 1e-4;
  const double middle = f(x, y);
  const double xx = (f(x + h, y) - 2.0 * middle + f(x - h, y)) / (h * h);
  const double yy = (f(x, y + h) - 2.0 * middle + f(x, y - h)) / (h * h);
  const double xy =
      (f(x + h, y + h) - f(x + h, y - h) - f(x - h, y + h) + f(x - h, y - h)) / (4.0 * h * h);
  const double determinant = xx * yy - xy * xy;
  if (!(xx < 0.0 && determinant > 0.0)) return {kNaN, kNaN};
  return {std::sqrt(-yy / determinant), std::sqrt(-xx / determinant)};
}

double log_normal_above(double a) {
  if (a < kFar) return std::log(0.5 * std::erfc(a / std::sqrt(2.0)));
  return -0.5 * a * a - kHalfLog2Pi - std::log(a) + std::log1p(-1.0 / (a * a));
}

double inverse_mills(double a) {
  if (a > kFar) return a + 1.0 / a;
  return std::exp(-0.5 * a * a - kHalfLog2Pi - log_normal_above(a));
}

}  // namespace laggard::fit
