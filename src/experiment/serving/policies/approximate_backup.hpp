// A cheaper model answers every query as well.
#pragma once

#include "experiment/serving/policy.hpp"

namespace laggard::serving {

/// The extra instances run a model that is `speedup` times as fast. Every query goes to both kinds
/// at once; whichever answers first takes the other one out of its queue. If both are under way,
/// the cheaper answer waits for the median time of the deployed model.
/// On the wall clock it comes from the network of `weights`, whose own time adds to the drawn one.
class ApproximateBackup final : public Policy {
 public:
  struct Config : PolicyConfig {
    double speedup = 1.15;
    std::string weights;  ///< of the cheaper network, on the wall clock

    void fields(Fields& fields);
  };

  /// Errors: schemes::Inapplicable without extra instances.
  ApproximateBackup(Config config, const Instances& instances);

  Staff staff() const override { return {instances_.deployed, instances_.extra, 0}; }
  JobCounts jobs() const override { return {2, 0, 0, true}; }
  double speed(const Task& task) const override { return task.copy == 1 ? config_.speedup : 1.0; }
  bool waits_for_median() const override { return true; }
  void arrived(Server& server, Batch batch) const override;
  void finished(Server& server, const Task& task) const override;

 private:
  Config config_;
  Instances instances_;
};

}  // namespace laggard::serving
