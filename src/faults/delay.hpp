// How long after its task was sent a worker answers, beyond what its computation takes.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/table.hpp"
#include "core/types.hpp"
#include "faults/address.hpp"

namespace laggard::faults {

/// Work beside the workers', for as long as the object lives.
class Load {
 public:
  virtual ~Load() = default;
};

class Delay {
 public:
  virtual ~Delay() = default;

  /// Seconds >= 0, finite; a pure function of the address.
  virtual Seconds sample(const Address& at) const = 0;

  /// The delay of a worker that computes f for so many inputs of speed 1.
  virtual Seconds sample_for(const Address& at, double /*work*/) const { return sample(at); }

  /// The mean of these delays of a worker over all trials; infinite where there is none.
  virtual Seconds mean_for(WorkerId worker, double work) const = 0;

  /// True if every worker is always equally fast: arrival order then says nothing.
  virtual bool constant() const { return false; }

  /// True if the workers are slowed down in earnest, so that samples say nothing.
  virtual bool needs_wall_clock() const { return false; }
  /// The ranks that are slowed down in earnest, which must host workers.
  virtual std::vector<std::uint32_t> loaded_ranks() const { return {}; }
  /// What slows the workers of a rank down in earnest; null: nothing.
  virtual std::unique_ptr<Load> load_on(std::uint32_t /*rank*/) const { return nullptr; }
};

using DelayKind = Kind<Delay>;

/// Every delay by name. Factories throw DataError for a trace that is missing or malformed.
const std::vector<DelayKind>& delays();

}  // namespace laggard::faults
