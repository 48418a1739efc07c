#include "fit/advice.hpp"

#include <cmath>

#include "config/json.hpp"

namespace laggard::fit {

using config::Json;

std::optional<TwoLevel> levels_of(const Measured& measured) {
  if (!has_two_levels(measured.rows)) return std::nullopt;
  return fit_two_levels(measured.rows);
}

Advice advise(const Measured& measured, const std::vector<DelayFit>& fits,
              const std::optional<TwoLevel>& levels) {
  const DelayFit& best = best_of(fits);
  if (!levels || levels->aic() >= best.aic()) return {best.json(), std::nullopt};
  const double round_error = levels->sigma / std::sqrt(static_cast<double>(levels->workers.size()));
  const bool unequal = levels->worker_sigma > levels->standard_error;
  const bool shared = levels->round_sigma > round_error;
  std::vector<faults::Measurement> rows = measured.rows;
  for (faults::Measurement& row : rows) {
    if (unequal) row.seconds /= levels->workers[row.worker];
    if (shared) row.seconds /= levels->rounds[row.round];
  }
  Advice advice{best_of(fit_delays(Measured(std::move(rows)))).json(unequal), std::nullopt};
  if (unequal) advice.speeds = Json{{"kind", "listed"}, {"factors", levels->workers}}.dump();
  if (shared)
    advice.delay = Json{{"kind", "shared"},
                        {"sigma", levels->round_sigma},
                        {"delay", config::parse(advice.delay, "the fit")}}
                       .dump();
  return advice;
}

}  // namespace laggard::fit
