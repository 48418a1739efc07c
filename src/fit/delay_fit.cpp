#include "fit/delay_fit.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "faults/delay.hpp"
#include "fit/continuous_fits.hpp"
#include "fit/discrete_fits.hpp"

namespace laggard::fit {
namespace {

using Fitter = std::optional<DelayFit> (*)(const Measured&);

constexpr Fitter kFitters[] = {fit_shifted_exponential,
                               fit_pareto,
                               fit_weibull,
                               fit_lognormal,
                               fit_constant,
                               fit_bimodal,
                               fit_markov};

/// Whether its parameters are in the ranges of a configuration.
bool can_be_configured(const DelayFit& fit) {
  try {
    config::make(faults::delays(),
                 config::component_of(config::parse(fit.json(), "fit"), "/delay"));
    return true;
  } catch (const ConfigError&) {
    return false;
  }
}

/// Whether states last. Those of independent rounds have to_slow + to_fast = 1.
bool remembers(const DelayFit& fit) {
  if (fit.kind != "markov") return false;
  double sum = 0.0, variance = 0.0;
  for (const Parameter& parameter : fit.parameters)
    if (parameter.name == "to_slow" || parameter.name == "to_fast") {
      sum += parameter.value;
      variance += parameter.standard_error * parameter.standard_error;
    }
  constexpr double kDeviations = 4.0;
  return std::abs(sum - 1.0) > kDeviations * std::sqrt(variance);
}

}  // namespace

double DelayFit::at(std::string_view name) const {
  for (const Parameter& parameter : parameters)
    if (parameter.name == name) return parameter.value;
  throw std::logic_error("no such parameter: " + std::string(name));
}

std::string DelayFit::json(bool scales_with_work) const {
  config::Json json{{"kind", kind}};
  for (const Parameter& parameter : parameters) json[parameter.name] = parameter.value;
  if (scales_with_work) json["scaling"] = "work";
  return json.dump();
}

Measured::Measured(std::vector<faults::Measurement> measurements)
    : sample(measurements), rows(std::move(measurements)) {
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.worker, a.round) < std::tie(b.worker, b.round);
  });
}

std::vector<DelayFit> fit_delays(const Measured& measured) {
  const std::vector<Step> steps = product_limit(measured.sample);
  std::vector<DelayFit> fits;
  for (const Fitter fitter : kFitters)
    if (std::optional<DelayFit> fit = fitter(measured); fit && can_be_configured(*fit)) {
      fit->distance = largest_distance(steps, fit->cdf);
      fits.push_back(std::move(*fit));
    }
  const auto key = [](const DelayFit& fit) {
    const bool density = std::isfinite(fit.log_likelihood);
    return std::tuple(!density, density ? fit.aic() : fit.distance);
  };
  std::stable_sort(fits.begin(), fits.end(),
                   [&](const DelayFit& a, const DelayFit& b) { return key(a) < key(b); });
  return fits;
}

const DelayFit& best_of(const std::vector<DelayFit>& fits) {
  constexpr double kExact = 1e-9;
  const auto exact = std::find_if(fits.begin(), fits.end(),
                                  [](const DelayFit& fit) { return fit.distance < kExact; });
  if (exact == fits.end()) return fits.front();
  if (exact->kind != "bimodal") return *exact;
  const auto lasting = std::find_if(fits.begin(), fits.end(), remembers);
  return lasting != fits.end() ? *lasting : *exact;
}

}  // namespace laggard::fit
