#include "experiment/fate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace laggard::experiment {
namespace {

double factor(std::span<const double> factors, WorkerId worker) {
  return factors.empty() ? 1.0 : factors[worker];
}

/// A copy has the trace, the group and the speed of the worker that computes it. What is drawn for
/// it depends on its task alone.
std::function<Seconds(WorkerId, WorkerId)> copy_delays(const Faults& faults,
                                                       const faults::Occasion& at,
                                                       std::uint32_t workers) {
  return [&delay = faults.delay, at, workers,
          speeds = std::vector(faults.speeds.begin(), faults.speeds.end()),
          inputs = std::vector(faults.inputs.begin(), faults.inputs.end())](WorkerId task,
                                                                            WorkerId worker) {
    faults::Address address = at.of(worker);
    address.copy = workers + task;
    return delay.sample_for(address, factor(speeds, worker) * factor(inputs, task));
  };
}

}  // namespace

round::Arrivals everybody_at_once(std::uint32_t workers) {
  round::Arrivals arrivals{std::vector<Seconds>(workers, 0.0), std::vector<WorkerId>(workers)};
  std::iota(arrivals.order.begin(), arrivals.order.end(), WorkerId{0});
  return arrivals;
}

std::vector<WorkerId> order_of_arrival(const std::vector<Seconds>& delay_s,
                                       const faults::Occasion* ties) {
  const auto workers = static_cast<std::uint32_t>(delay_s.size());
  std::vector<WorkerId> order(workers);
  if (ties != nullptr) {
    Stream stream = ties->stream(Purpose::kTies);
    order = random_permutation(stream, workers);
  } else {
    std::iota(order.begin(), order.end(), WorkerId{0});
  }
  std::erase_if(order, [&](WorkerId worker) { return std::isinf(delay_s[worker]); });
  const auto sooner = [&](WorkerId a, WorkerId b) { return delay_s[a] < delay_s[b]; };
  if (!std::is_sorted(order.begin(), order.end(), sooner))
    std::stable_sort(order.begin(), order.end(), sooner);
  return order;
}

Fate draw_fate(const Faults& faults, const faults::Occasion& at, std::uint32_t workers) {
  Fate fate{faults.stragglers.select(at, workers), {}};
  auto& delay_s = fate.arrivals.delay_s;
  delay_s.assign(workers, 0.0);
  for (const WorkerId worker : fate.lost)
    delay_s[worker] = std::numeric_limits<Seconds>::infinity();
  for (WorkerId worker = 0; worker < workers; ++worker) {
    if (std::isinf(delay_s[worker])) continue;
    delay_s[worker] = faults.delay.sample_for(
        at.of(worker), factor(faults.speeds, worker) * factor(faults.inputs, worker));
  }
  fate.arrivals.order = order_of_arrival(delay_s, faults.wait.order_matters() ? &at : nullptr);
  if (faults.wait.relaunch()) fate.arrivals.copy_delay_s = copy_delays(faults, at, workers);
  return fate;
}

}  // namespace laggard::experiment
