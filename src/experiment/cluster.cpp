#include "experiment/cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <numeric>

#include "config/reader.hpp"
#include "faults/speeds.hpp"

namespace laggard::experiment {
namespace {

std::string conflict(const ClusterConfig& config, const Cluster& cluster,
                     const faults::Speeds& speeds, std::uint32_t workers) {
  if (std::string reason = cluster.stragglers->conflict(workers); !reason.empty()) return reason;
  if (std::string reason = cluster.wait->conflict(workers); !reason.empty()) return reason;
  if (std::string reason = speeds.conflict(workers); !reason.empty()) return reason;
  const bool wall = config.clock == "wall";
  if (cluster.delay->needs_wall_clock() && !wall)
    return fmt::format("the delay '{}' needs the wall clock", config.delay.kind);
  if (wall && cluster.wait->relaunch()) return "the wait policy 'relaunch' needs the virtual clock";
  if (wall && !config.time.is_free())
    return "/time is for the virtual clock; the wall clock measures";
  return "";
}

}  // namespace

void ClusterConfig::cluster_fields(Fields& fields) {
  fields.component({"stragglers", "which workers never answer"}, stragglers, "stragglers");
  fields.component({"delay", "how late the workers answer"}, delay, "delays");
  fields.component({"speeds", "how fast the workers are, for the whole run"}, speeds, "speeds");
  fields.component({"wait", "when the master stops waiting"}, wait, "waits");
  fields.text(
      {"clock", "virtual: delays are numbers that nobody waits for; wall: the master really waits"},
      clock, {"virtual", "wall"});
  fields.object({"time", "what takes time on the virtual clock beside the delays"},
                [this](Fields& members) { time.fields(members); });
}

Cluster make_cluster(const ClusterConfig& config, std::uint64_t seed, std::uint32_t workers) {
  Cluster cluster;
  cluster.stragglers = config::make(faults::stragglers(), config.stragglers);
  cluster.delay = config::make(faults::delays(), config.delay);
  cluster.wait = config::make(round::waits(), config.wait);
  const auto speeds = config::make(faults::speeds(), config.speeds);
  cluster.conflict = conflict(config, cluster, *speeds, workers);
  if (cluster.conflict.empty()) cluster.speeds = speeds->factors(seed, workers);
  cluster.time = {config.time, cluster.speeds};
  return cluster;
}

std::vector<std::string> cluster_hints(const ClusterConfig& config, const Cluster& cluster) {
  if (cluster.speeds.empty() || config.clock == "wall" || config.time.compute_s > 0.0) return {};
  for (WorkerId worker = 0; worker < cluster.speeds.size(); ++worker) {
    const faults::Address at{0, 0, worker};
    if (cluster.delay->sample_for(at, 1.0) != cluster.delay->sample_for(at, 2.0)) return {};
  }
  return {fmt::format(
      "/speeds makes no worker slower (the delays of kind '{}' do not grow with the work here, and "
      "computing takes no time); set /time/compute_seconds, or /delay/scaling to \"work\"",
      config.delay.kind)};
}

std::vector<WorkerId> workers_by_reliability(const Cluster& cluster, std::uint32_t workers,
                                             double inputs) {
  struct Expected {
    double lost;
    Seconds answer_s;
    double speed;
    auto operator<=>(const Expected&) const = default;
  };
  std::vector<Expected> expected;
  for (WorkerId worker = 0; worker < workers; ++worker) {
    const double speed = cluster.speeds.empty() ? 1.0 : cluster.speeds[worker];
    expected.push_back({cluster.stragglers->loss_probability(worker, workers),
                        inputs * speed * cluster.time.config().compute_s +
                            cluster.delay->mean_for(worker, inputs * speed),
                        speed});
  }
  std::vector<WorkerId> order(workers);
  std::iota(order.begin(), order.end(), WorkerId{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](WorkerId a, WorkerId b) { return expected[a] > expected[b]; });
  return order;
}

}  // namespace laggard::experiment
