// Likelihoods of times of which some are only known to be longer than something.
#pragma once

#include <array>
#include <functional>

#include "fit/sample.hpp"

namespace laggard::fit {

inline constexpr double kHalfLog2Pi = 0.91893853320467274178;  ///< log(2 pi) / 2

/// A distribution by the logarithms of its density and of P(X > x).
struct Law {
  std::function<double(double)> log_density;
  std::function<double(double)> log_above;
};

double log_likelihood(const Sample& sample, const Law& law);

/// Standard errors of two parameters at a maximum of the likelihood: square roots of the diagonal
/// of the inverse of minus its second derivatives, by central differences. NaN if that is no
/// maximum.
std::array<double, 2> standard_errors(const std::function<double(double, double)>& log_likelihood,
                                      double first, double second);

/// phi(a) / P(Z > a) of a standard normal Z: the mean of Z beyond a.
double inverse_mills(double a);
/// log P(Z > a).
double log_normal_above(double a);

}  // namespace laggard::fit
