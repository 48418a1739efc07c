// Who answers in a round and when, before any scheme touches it.
#pragma once

#include <span>
#include <vector>

#include "faults/delay.hpp"
#include "faults/stragglers.hpp"
#include "round/wait.hpp"

namespace laggard::experiment {

/// What decides it.
struct Faults {
  const faults::Stragglers& stragglers;
  const faults::Delay& delay;
  const round::WaitPolicy& wait;
  std::span<const double> speeds = {};  ///< factor of each worker; empty: all are 1
  std::span<const double> inputs = {};  ///< that each worker computes; empty: one each
};

struct Fate {
  std::vector<WorkerId> lost;  ///< ascending
  round::Arrivals arrivals;
};

/// No loss and no delay.
round::Arrivals everybody_at_once(std::uint32_t workers);

/// Those whose delay is finite, by delay. Chance settles ties, drawn for the occasion; null: the
/// smaller number does.
std::vector<WorkerId> order_of_arrival(const std::vector<Seconds>& delay_s,
                                       const faults::Occasion* ties);

/// Losses, delays and the order of answers that come together, and the delays of copies where the
/// wait policy sends tasks again. The delay must live as long as the result.
Fate draw_fate(const Faults& faults, const faults::Occasion& at, std::uint32_t workers);

}  // namespace laggard::experiment
