// What happens to a worker's result before the master sees it.
#pragma once

#include <span>
#include <vector>

#include "core/table.hpp"
#include "faults/address.hpp"

namespace laggard::faults {

class Noise {
 public:
  virtual ~Noise() = default;

  /// Changes one worker's result in place; a function of the address and the values alone.
  virtual void apply(const Address& at, std::span<double> result) const = 0;

  /// Whether apply() never changes anything, so that nobody needs to call it.
  virtual bool silent() const { return false; }

  /// Standard deviation of additive noise; 0 where there is none (rounding counts as none). The
  /// decoders' "theory" rules and the column noise_sigma of /points use it.
  virtual double sigma() const { return 0.0; }

  /// The same of each worker, where it differs; else empty. sigma() is then their root mean square.
  virtual std::vector<double> sigmas(std::uint64_t /*seed*/, std::uint32_t /*workers*/) const {
    return {};
  }
};

using NoiseKind = Kind<Noise>;

const std::vector<NoiseKind>& noises();

}  // namespace laggard::faults
