// Several instances get the same query.
#pragma once

#include "experiment/serving/policy.hpp"

namespace laggard::serving {

/// All instances serve copies of queries; the first answer counts and takes the other copies out
/// of their queues. Copies but the first one may come later ("hedged": Dean and Barroso, The tail
/// at scale, CACM 2013), wait behind all first copies ("low priority"), and leave the queues as
/// soon as one copy is under way ("tied").
class Replication final : public Policy {
 public:
  struct Config : PolicyConfig {
    std::uint32_t copies = 2;
    Seconds hedge_after_s = 0.0;
    bool tied = false;
    bool low_priority = false;

    void fields(Fields& fields);
  };

  Replication(Config config, const Instances& instances)
      : Policy(config), config_(config), instances_(instances) {}

  Staff staff() const override { return {0, 0, instances_.deployed + instances_.extra}; }
  JobCounts jobs() const override { return {config_.copies, 0, 0}; }
  void arrived(Server& server, Batch batch) const override;
  void reminded(Server& server, Batch batch) const override;
  void started(Server& server, const Task& task) const override;
  void finished(Server& server, const Task& task) const override;

 private:
  void submit_others(Server& server, Batch batch) const;
  void withdraw_others(Server& server, const Task& task) const;

  Config config_;
  Instances instances_;
};

}  // namespace laggard::serving
