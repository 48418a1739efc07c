// What measured times say of a configuration.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fit/delay_fit.hpp"
#include "fit/two_level.hpp"

namespace laggard::fit {

/// Members of a configuration, as JSON.
struct Advice {
  std::string delay;
  std::optional<std::string> speeds;  ///< nothing: the workers are alike
};

/// Nothing where the model makes no sense.
std::optional<TwoLevel> levels_of(const Measured& measured);

/// The best of the fits. If the model of two levels is better by Akaike's criterion, factors of
/// workers and of rounds that differ by more than chance are taken out of the times first: they
/// become `speeds` and a delay of the kind `shared`.
Advice advise(const Measured& measured, const std::vector<DelayFit>& fits,
              const std::optional<TwoLevel>& levels);

}  // namespace laggard::fit
