// How long after its task was sent a worker answers, beyond what its computation takes.
#pragma once

#include <vector>

#include "core/table.hpp"
#include "core/types.hpp"
#include "faults/address.hpp"

namespace laggard::faults {

class Delay {
 public:
  virtual ~Delay() = default;

  /// Seconds >= 0, finite; a pure function of the address.
  virtual Seconds sample(const Address& at) const = 0;

  /// True if every worker is always equally fast: arrival order then says nothing.
  virtual bool constant() const { return false; }
};

using DelayKind = Kind<Delay>;

/// Every delay by name. Factories throw DataError for a trace that is missing or malformed.
const std::vector<DelayKind>& delays();

}  // namespace laggard::faults
