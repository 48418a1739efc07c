#include "hdf5/memory.hpp"

#include <unistd.h>

#include <fstream>

namespace laggard::hdf5 {
namespace {

constexpr std::uint64_t kRoom = std::uint64_t{256} << 20U;

/// Bytes that count against the limit; 0 where the system does not say.
std::uint64_t used_now() {
  std::ifstream pages("/proc/self/statm");
  std::uint64_t total = 0, resident = 0, shared = 0, text = 0, library = 0, data = 0;
  pages >> total >> resident >> shared >> text >> library >> data;
  return pages ? data * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace

MemoryBound::MemoryBound(std::uint64_t bytes) {
  const std::uint64_t used = used_now();
  if (used == 0 || getrlimit(RLIMIT_DATA, &before_) != 0) return;
  rlimit bound = before_;
  bound.rlim_cur = used + bytes + kRoom;
  // Never more than the user allows.
  if (bound.rlim_cur < before_.rlim_cur) set_ = setrlimit(RLIMIT_DATA, &bound) == 0;
}

MemoryBound::~MemoryBound() {
  if (set_) setrlimit(RLIMIT_DATA, &before_);
}

}  // namespace laggard::hdf5
