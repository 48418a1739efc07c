#include "fit/advice.hpp"

#include <algorithm>
#include <cmath>

#include "config/json.hpp"
#include "fit/discrete_fits.hpp"

namespace laggard::fit {

using config::Json;

namespace {

/// Times that were the same before they were divided are so again.
void merge_equal(std::vector<faults::Measurement>& rows) {
  constexpr double kRounding = 1e-9;
  std::vector<faults::Measurement*> sorted;
  for (faults::Measurement& row : rows) sorted.push_back(&row);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->seconds < b->seconds; });
  double first = 0.0;
  for (faults::Measurement* row : sorted) {
    if (row->seconds > (1.0 + kRounding) * first) first = row->seconds;
    row->seconds = first;
  }
}

/// The best fit, also of times that are all the same.
DelayFit fit_of(const Measured& measured) {
  const std::vector<double>& times = measured.sample.answered;
  return times.front() == times.back() ? *fit_constant(measured) : best_of(fit_delays(measured));
}

}  // namespace

std::optional<TwoLevel> levels_of(const Measured& measured) {
  if (!why_no_levels(measured.rows).empty()) return std::nullopt;
  return fit_two_levels(measured.rows);
}

Advice advise(const Measured& measured, const std::vector<DelayFit>& fits,
              const std::optional<TwoLevel>& levels) {
  const DelayFit& best = best_of(fits);
  // A kind that fits exactly has no AIC.
  if (!levels || !(levels->aic() < best.aic())) return {best.json(), std::nullopt};
  const bool unequal = levels->worker_sigma > levels->standard_error;
  const bool shared = levels->round_sigma > levels->round_error;
  std::vector<faults::Measurement> rows = without_factors(measured.rows, *levels, unequal, shared);
  merge_equal(rows);
  Advice advice{fit_of(Measured(std::move(rows))).json(unequal), std::nullopt};
  if (unequal) advice.speeds = Json{{"kind", "listed"}, {"factors", levels->workers}}.dump();
  if (shared)
    advice.delay = Json{{"kind", "shared"},
                        {"sigma", levels->round_sigma},
                        {"delay", config::parse(advice.delay, "the fit")}}
                       .dump();
  return advice;
}

}  // namespace laggard::fit
