// What one call that reads a file may cost: a damaged one asks for anything.
#pragma once

#include "hdf5/crash.hpp"
#include "hdf5/memory.hpp"

namespace laggard::hdf5 {

/// Lives as long as one call that reads up to `bytes`: memory for them, and time in which even a
/// slow decompression is done with them ten times over.
class ReadBound {
 public:
  explicit ReadBound(std::uint64_t bytes)
      : memory_(bytes), time_(2.0 + static_cast<double>(bytes) / 2e6) {}

 private:
  MemoryBound memory_;
  TimeBound time_;
};

}  // namespace laggard::hdf5
