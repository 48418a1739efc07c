#include "experiment/fate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace laggard::experiment {

Fate draw_fate(const Faults& faults, const faults::Occasion& at, std::uint32_t workers,
               const Work* work) {
  Fate fate{faults.stragglers.select(at, workers), {}};
  auto& delay_s = fate.arrivals.delay_s;
  auto& order = fate.arrivals.order;
  delay_s.assign(workers, 0.0);
  for (const WorkerId worker : fate.lost)
    delay_s[worker] = std::numeric_limits<Seconds>::infinity();
  if (faults.wait.order_matters()) {
    // Who of several equally fast ones is first is chance.
    Stream stream = at.stream(Purpose::kTies);
    order = random_permutation(stream, workers);
  } else {
    order.resize(workers);
    std::iota(order.begin(), order.end(), WorkerId{0});
  }
  std::erase_if(order, [&](WorkerId worker) { return std::isinf(delay_s[worker]); });
  for (const WorkerId worker : order) {
    const double speed = faults.speeds.empty() ? 1.0 : faults.speeds[worker];
    const double inputs = work == nullptr ? 1.0 : work->inputs[worker];
    delay_s[worker] = faults.delay.sample_for(at.of(worker), speed * inputs);
    if (work == nullptr) continue;
    delay_s[worker] += work->seconds_per_input * inputs;
  }
  const auto sooner = [&](WorkerId a, WorkerId b) { return delay_s[a] < delay_s[b]; };
  if (!std::is_sorted(order.begin(), order.end(), sooner))
    std::stable_sort(order.begin(), order.end(), sooner);
  return fate;
}

}  // namespace laggard::experiment
