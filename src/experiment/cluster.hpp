// The workers and the master's dealings with them: alike in every kind of experiment with rounds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "faults/delay.hpp"
#include "faults/stragglers.hpp"
#include "round/time_model.hpp"
#include "round/wait.hpp"

namespace laggard::experiment {

/// Keys of a configuration.
struct ClusterConfig {
  Component stragglers{"none", "{}", "/stragglers"};
  Component delay{"none", "{}", "/delay"};
  Component speeds{"equal", "{}", "/speeds"};
  Component wait{"all", "{}", "/wait"};
  std::string clock = "virtual";
  round::TimeConfig time;

  void cluster_fields(Fields& fields);
};

/// The objects that they name.
struct Cluster {
  std::unique_ptr<faults::Stragglers> stragglers;
  std::unique_ptr<faults::Delay> delay;
  std::vector<double> speeds;  ///< factor of each worker; empty: all are 1
  std::unique_ptr<round::WaitPolicy> wait;
  round::TimeModel time;
  std::string conflict;  ///< why they make no sense together; empty if they do
};

/// Errors: ConfigError, DataError for a trace.
Cluster make_cluster(const ClusterConfig& config, std::uint64_t seed, std::uint32_t workers);

/// Speeds that make no worker slower, and what to do: one line, or none.
std::vector<std::string> cluster_hints(const ClusterConfig& config, const Cluster& cluster);

/// The workers, the least reliable first: by the share of trials in which they are lost, the
/// highest first, and then by the time at which their answers are expected, evaluations of f plus
/// mean delay, the latest first. Those with the same time (or all, where a wall clock measures what
/// computing takes) are ordered by their speed factors, and then by number. `inputs`: that each of
/// them computes.
std::vector<WorkerId> workers_by_reliability(const Cluster& cluster, std::uint32_t workers,
                                             double inputs);

}  // namespace laggard::experiment
