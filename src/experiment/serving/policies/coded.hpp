// All instances serve queries and coded queries.
#pragma once

#include "experiment/serving/policies/group_policy.hpp"

namespace laggard::serving {

/// A pool: every instance has what coded queries need (the model itself for codes on a curve, or
/// the parity models as well). With `systematic`, queries are served at once, and r coded ones
/// follow for each group of k. Otherwise the group is served as k + r coded queries alone.
class Coded final : public GroupPolicy {
 public:
  struct Config : GroupConfig {
    std::uint32_t needed = 0;
    bool systematic = true;
    bool low_priority = true;

    void fields(Fields& fields);
  };

  /// Errors: those of GroupPolicy.
  Coded(Config config, const Instances& instances);

  Staff staff() const override { return {0, 0, instances_.deployed + instances_.extra}; }

 private:
  Instances instances_;
};

}  // namespace laggard::serving
