// Who suffers a fault, and when.
#pragma once

#include <cstdint>

#include "core/random.hpp"
#include "core/types.hpp"

namespace laggard::faults {

/// One worker in one step of one trial of one experiment; what a fault's random stream is addressed
/// by.
struct Address {
  std::uint64_t seed = 0;
  std::uint32_t trial = 0;
  WorkerId worker = 0;
  std::uint32_t step = 0;  ///< below kSteps; 0 where a trial is one round
  /// 0: the worker's own task. Else it has the copy of another one, for which chance draws under
  /// this number; it is above those of all workers.
  WorkerId copy = 0;

  Stream stream(Purpose purpose) const {
    return Stream({seed, purpose, trial, copy == 0 ? worker : copy, step});
  }
};

/// One step of one trial, for what happens to all workers together.
struct Occasion {
  std::uint64_t seed = 0;
  std::uint32_t trial = 0;
  std::uint32_t step = 0;

  Address of(WorkerId worker) const { return {seed, trial, worker, step}; }
  Stream stream(Purpose purpose) const { return of(0).stream(purpose); }
};

}  // namespace laggard::faults
