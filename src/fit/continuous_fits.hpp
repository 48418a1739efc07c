// Fits of the delays that have a density. Each needs two answered times that differ.
#pragma once

#include <optional>

#include "fit/delay_fit.hpp"

namespace laggard::fit {

/// shift: the least time; mean: the sum of all excesses over it, by the number of answers.
std::optional<DelayFit> fit_shifted_exponential(const Measured& measured);

/// scale: the least time; shape: the number of answers, by the sum of log(x / scale) over all.
std::optional<DelayFit> fit_pareto(const Measured& measured);

/// shape k: the root of sum x^k log x / sum x^k - 1 / k = mean log x, where the sums are over all
/// times and the mean over the answers; scale^k: sum x^k by the number of answers. By bisection.
std::optional<DelayFit> fit_weibull(const Measured& measured);

/// Mean and standard deviation of the logarithms; with censored times by expectation and
/// maximisation in turn, which put the first two moments of what is beyond them in their place.
std::optional<DelayFit> fit_lognormal(const Measured& measured);

}  // namespace laggard::fit
