// HDF5 makes room for whatever a file says, and a damaged one says anything.
#pragma once

#include <sys/resource.h>

#include <cstdint>

namespace laggard::hdf5 {

/// For its lifetime, the process gets no more than about `bytes` of new memory; HDF5 then reports
/// an error. Other threads share the bound, so that there is some room beyond it, and so that it
/// ought to live as long as one call.
class MemoryBound {
 public:
  explicit MemoryBound(std::uint64_t bytes);
  MemoryBound(const MemoryBound&) = delete;
  MemoryBound& operator=(const MemoryBound&) = delete;
  ~MemoryBound();

 private:
  rlimit before_{};
  bool set_ = false;
};

}  // namespace laggard::hdf5
