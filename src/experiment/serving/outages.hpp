// Instances that fail and come back.
#pragma once

#include <cstdint>
#include <vector>

#include "core/fields.hpp"
#include "core/types.hpp"
#include "experiment/serving/purposes.hpp"
#include "faults/address.hpp"

namespace laggard::serving {

/// Both times are exponential, independent of each other and of the load.
struct OutageConfig {
  Seconds mean_up_s = 0.0;
  Seconds mean_down_s = 10.0;

  void fields(Fields& fields);
  bool any() const { return mean_up_s > 0.0; }
};

class Outages {
 public:
  Outages(const OutageConfig& config, std::uint32_t instances, const faults::Occasion& trial);

  bool any() const { return config_.any(); }
  /// How long the instance stays as it now is.
  Seconds stay(std::uint32_t instance, bool down);

 private:
  OutageConfig config_;
  std::vector<Stream> streams_;
};

}  // namespace laggard::serving
