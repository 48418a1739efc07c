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
};

/// What the workers have to compute, where time depends on it.
struct Work {
  std::vector<double> inputs;  ///< of each worker
  Seconds seconds_per_input = 0.0;
};

struct Fate {
  std::vector<WorkerId> lost;  ///< ascending
  round::Arrivals arrivals;
};

/// Losses, delays and the order of answers that come together.
Fate draw_fate(const Faults& faults, const faults::Occasion& at, std::uint32_t workers,
               const Work* work = nullptr);

}  // namespace laggard::experiment
