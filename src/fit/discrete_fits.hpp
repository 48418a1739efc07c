// Fits of the delays that have one or two values.
#pragma once

#include <optional>

#include "fit/delay_fit.hpp"

namespace laggard::fit {

/// The median of the answers.
std::optional<DelayFit> fit_constant(const Measured& measured);

/// Of all ways to divide the answers into faster and slower ones, the one with the least squared
/// distance from the two means, which are the values. A censored time counts as slow if it is
/// longer than halfway between them, and not at all otherwise.
std::optional<DelayFit> fit_bimodal(const Measured& measured);

/// The two values of fit_bimodal(), and the shares of the fast and of the slow answers after which
/// the next answer of the same worker is of the other state. Nothing without rounds that follow
/// each other.
std::optional<DelayFit> fit_markov(const Measured& measured);

}  // namespace laggard::fit
