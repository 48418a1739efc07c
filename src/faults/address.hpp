// Who suffers a fault, and when.
#pragma once

#include <cstdint>

#include "core/random.hpp"
#include "core/types.hpp"

namespace laggard::faults {

/// One worker in one trial of one experiment; what a fault's random stream is addressed by.
struct Address {
  std::uint64_t seed = 0;
  std::uint32_t trial = 0;
  WorkerId worker = 0;

  Stream stream(Purpose purpose) const { return Stream({seed, purpose, trial, worker}); }
};

}  // namespace laggard::faults
