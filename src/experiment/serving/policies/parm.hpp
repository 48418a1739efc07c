// Parity models on instances of their own.
#pragma once

#include "experiment/serving/policies/group_policy.hpp"

namespace laggard::serving {

/// Kosaian, Rashmi and Venkataraman, "Parity models", SOSP 2019: the extra instances run parity
/// models, which answer the encoded queries of each group of k; any k answers of the k + r give the
/// missing ones, approximately.
class ParmPolicy final : public GroupPolicy {
 public:
  using Config = GroupConfig;

  /// Errors: schemes::Inapplicable without extra instances; those of GroupPolicy.
  ParmPolicy(Config config, const Instances& instances);

  Staff staff() const override { return {instances_.deployed, instances_.extra, 0}; }

 private:
  Instances instances_;
};

}  // namespace laggard::serving
