#include "faults/markov_delay.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "faults/distributions.hpp"

namespace laggard::faults {

void MarkovDelay::Config::fields(Fields& fields) {
  fields.number({"fast", "delay in the fast state, seconds"}, fast, kDuration);
  fields.number({"slow", "delay in the slow state, seconds"}, slow, kDuration);
  fields.number({"to_slow", "probability per trial that a fast worker turns slow"}, to_slow,
                kProbability);
  fields.number({"to_fast", "probability per trial that a slow worker turns fast"}, to_fast,
                kProbability);
}

MarkovDelay::MarkovDelay(Config config) : config_(config) {
  if (config.to_slow + config.to_fast <= 0.0)
    throw ConfigError("/delay/to_slow and /delay/to_fast are both 0",
                      "workers would never change their state", "make one of them positive");
}

Seconds MarkovDelay::sample(const Address& at) const {
  return slow(at) ? config_.slow : config_.fast;
}

bool MarkovDelay::slow(const Address& at) const {
  const double from_fast = config_.to_slow;
  const double from_slow = 1.0 - config_.to_fast;
  const auto [low, high] = std::minmax(from_fast, from_slow);
  const bool flips = from_fast > from_slow;
  const auto uniform = [&](std::uint32_t trial) {
    Stream stream({at.seed, Purpose::kMarkovState, trial, at.worker});
    return uniform01(stream);
  };

  bool flipped = false;
  std::uint32_t trial = at.trial;
  if (flips && low <= 0.0 && high >= 1.0) {  // alternates for certain
    flipped = trial % 2 == 1;
    trial = 0;
  }
  for (; trial > 0; --trial) {
    const double u = uniform(trial);
    if (u < low) return !flipped;
    if (u >= high) return flipped;
    flipped = flipped != flips;
  }
  const double stationary = config_.to_slow / (config_.to_slow + config_.to_fast);
  return (uniform(0) < stationary) != flipped;
}

}  // namespace laggard::faults
