#include "experiment/burden.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "config/reader.hpp"

namespace laggard::experiment {

void put_burden(const ClusterConfig& config, const Cluster& cluster, config::Json& job) {
  // The master draws the other delays; this one needs hands on the worker's rank.
  if (!cluster.delay->loaded_ranks().empty()) job["load"] = config::members_of(config.delay);
  if (config.clock != "wall" || cluster.speeds.empty()) return;
  // A machine cannot be made faster than it is: it is the fastest worker.
  std::vector<double> slowdown = cluster.speeds;
  const double fastest = *std::min_element(slowdown.begin(), slowdown.end());
  for (double& factor : slowdown) factor /= fastest;
  job["slowdown"] = slowdown;
}

Burden::Burden(const config::Json& job, std::uint32_t rank)
    : slowdown_(job.value("slowdown", std::vector<double>{})) {
  if (job.contains("load"))
    load_ = config::make(faults::delays(), config::component_of(job.at("load"), "/delay"))
                ->load_on(rank);
}

void Burden::slow_down(WorkerId first, std::uint32_t count, Seconds spent_s) const {
  if (slowdown_.empty()) return;
  double factors = 0.0;
  for (std::uint32_t i = 0; i < count; ++i) factors += slowdown_[first + i];
  const Seconds more_s = spent_s * (factors / count - 1.0);
  std::this_thread::sleep_for(std::chrono::duration<Seconds>(more_s));
}

}  // namespace laggard::experiment
