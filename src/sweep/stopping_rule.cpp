#include "sweep/stopping_rule.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/statistics.hpp"

namespace laggard::sweep {

StoppingRule::StoppingRule(const config::Trials& trials) : trials_(trials) {}

std::uint32_t StoppingRule::first() const {
  return trials_.until ? std::min(trials_.least, trials_.most) : trials_.most;
}

std::uint32_t StoppingRule::after(std::uint32_t trials) const {
  const std::uint64_t next = std::uint64_t{trials} + (std::uint64_t{trials} + 3) / 4;
  return static_cast<std::uint32_t>(std::min(next, std::uint64_t{trials_.most}));
}

double StoppingRule::relative_half_width(std::span<const double> values) {
  const metrics::Summary summary = metrics::summarise(values);
  if (std::isnan(summary.mean)) return kNaN;
  if (values.size() < 2) return std::numeric_limits<double>::infinity();
  const double half_width = (summary.ci_high - summary.ci_low) / 2.0;
  return half_width == 0.0 ? 0.0 : half_width / std::abs(summary.mean);
}

}  // namespace laggard::sweep
