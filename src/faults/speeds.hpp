// How fast the workers are, one compared with another.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/table.hpp"

namespace laggard::faults {

/// A factor per worker that lasts for the run: a worker of factor 2 needs twice the time of one of
/// factor 1 for the same computation. It multiplies computing times, and the delays that are
/// proportional to the work ("scaling": "work").
class Speeds {
 public:
  virtual ~Speeds() = default;

  /// Positive factors of workers 0..workers-1; a pure function of the seed. Empty: all are 1.
  virtual std::vector<double> factors(std::uint64_t seed, std::uint32_t workers) const = 0;

  /// Why this makes no sense with so many workers; empty if it does.
  virtual std::string conflict(std::uint32_t /*workers*/) const { return {}; }
};

using SpeedsKind = Kind<Speeds>;

const std::vector<SpeedsKind>& speeds();

}  // namespace laggard::faults
