// No redundancy: the extra instances serve queries, too.
#pragma once

#include "experiment/serving/policy.hpp"

namespace laggard::serving {

/// The yardstick: as many instances as the other policies have, all with the deployed model.
class EqualResources final : public Policy {
 public:
  using Config = PolicyConfig;

  EqualResources(Config config, const Instances& instances)
      : Policy(config), instances_(instances) {}

  Staff staff() const override { return {instances_.deployed + instances_.extra, 0, 0}; }
  JobCounts jobs() const override { return {}; }
  void arrived(Server& server, Batch batch) const override;
  void finished(Server& server, const Task& task) const override;

 private:
  Instances instances_;
};

}  // namespace laggard::serving
