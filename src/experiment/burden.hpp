// What slows the workers of a rank down in earnest, on the wall clock.
#pragma once

#include <memory>
#include <vector>

#include "config/json.hpp"
#include "experiment/cluster.hpp"

namespace laggard::experiment {

/// Adds what the ranks have to know to their job.
void put_burden(const ClusterConfig& config, const Cluster& cluster, config::Json& job);

class Burden {
 public:
  /// Of a rank with this job.
  Burden(const config::Json& job, std::uint32_t rank);

  /// Sleeps for as long as slower workers would have computed beyond `spent_s`: each of them has an
  /// equal share of that, times its factor.
  void slow_down(WorkerId first, std::uint32_t count, Seconds spent_s) const;

 private:
  std::unique_ptr<faults::Load> load_;
  std::vector<double> slowdown_;  // by worker, at least 1; empty: nobody is slower
};

}  // namespace laggard::experiment
