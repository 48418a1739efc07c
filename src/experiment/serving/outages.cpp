#include "experiment/serving/outages.hpp"

#include <cmath>

#include "faults/distributions.hpp"

namespace laggard::serving {

void OutageConfig::fields(Fields& fields) {
  fields.number({"mean_up_seconds", "mean time until an instance fails; 0: it never does"},
                mean_up_s, faults::kDuration);
  fields.number({"mean_down_seconds", "mean time until it is back; its job begins again elsewhere"},
                mean_down_s, faults::kPositiveDuration);
}

Outages::Outages(const OutageConfig& config, std::uint32_t instances, const faults::Occasion& trial)
    : config_(config) {
  if (!any()) return;
  for (std::uint32_t instance = 0; instance < instances; ++instance)
    streams_.push_back(trial.of(instance).stream(kOutages));
}

Seconds Outages::stay(std::uint32_t instance, bool down) {
  const Seconds mean = down ? config_.mean_down_s : config_.mean_up_s;
  return -mean * std::log(uniform01_open_low(streams_[instance]));
}

}  // namespace laggard::serving
