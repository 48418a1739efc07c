#include "faults/markov_delay.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "faults/distributions.hpp"

namespace laggard::faults {

void MarkovDelay::Config::fields(Fields& fields) {
  fields.number({"fast", "delay in the fast state, seconds"}, fast, kDuration);
  fields.number({"slow", "delay in the slow state, seconds"}, slow, kDuration);
  fields.number({"to_slow", "probability per trial (or step) that a fast worker turns slow"},
                to_slow, kProbability);
  fields.number({"to_fast", "probability per trial (or step) that a slow worker turns fast"},
                to_fast, kProbability);
}

MarkovDelay::MarkovDelay(Config config) : config_(config) {
  if (config.to_slow + config.to_fast <= 0.0)
    throw ConfigError("/delay/to_slow and /delay/to_fast are both 0",
                      "workers would never change their state", "make one of them positive");
}

Seconds MarkovDelay::sample(const Address& at) const {
  return slow(at) ? config_.slow : config_.fast;
}

Seconds MarkovDelay::mean_for(WorkerId, double) const {
  return config_.fast + share_slow() * (config_.slow - config_.fast);
}

bool MarkovDelay::slow(const Address& at) const {
  const double from_fast = config_.to_slow;
  const double from_slow = 1.0 - config_.to_fast;
  const auto [low, high] = std::minmax(from_fast, from_slow);
  const bool flips = from_fast > from_slow;
  const auto uniform = [&](std::uint64_t moment) {
    const std::uint64_t trial = std::min<std::uint64_t>(moment, at.trial);
    const auto step = static_cast<std::uint32_t>(moment - trial);
    const Address then{at.seed, static_cast<std::uint32_t>(trial), at.worker, step};
    Stream stream = then.stream(Purpose::kMarkovState);
    return uniform01(stream);
  };

  bool flipped = false;
  std::uint64_t moment = std::uint64_t{at.trial} + at.step;
  if (flips && low <= 0.0 && high >= 1.0) {  // alternates for certain
    flipped = moment % 2 == 1;
    moment = 0;
  }
  for (; moment > 0; --moment) {
    const double u = uniform(moment);
    if (u < low) return !flipped;
    if (u >= high) return flipped;
    flipped = flipped != flips;
  }
  return (uniform(0) < share_slow()) != flipped;
}

}  // namespace laggard::faults
