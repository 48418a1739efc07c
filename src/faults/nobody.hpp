// The conflict that every choice of stragglers shares.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>

namespace laggard::faults {

/// Why `lost` of `count` workers cannot be lost; empty if somebody is left.
inline std::string nobody_left(std::size_t lost, std::size_t count) {
  if (lost < count) return {};
  return fmt::format("{} stragglers of {} workers leave nobody", lost, count);
}

}  // namespace laggard::faults
