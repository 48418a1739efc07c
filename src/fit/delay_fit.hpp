// Kinds of delays, fitted to measured times.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fit/sample.hpp"

namespace laggard::fit {

struct Parameter {
  std::string name;  ///< as in the configuration
  double value = 0.0;
  double standard_error = 0.0;  ///< by the theory of many measurements; NaN: none is known
};

/// A kind of delay with the parameters that fit best.
struct DelayFit {
  std::string kind;
  std::vector<Parameter> parameters;
  /// Of the times, with P(X > c) for one that is only known to be longer than c. NaN for kinds
  /// with a few values, which have no density.
  double log_likelihood = kNaN;
  Cdf cdf{};
  double distance = kNaN;  ///< largest, of the distribution functions

  /// Akaike's criterion, 2 p - 2 log L: the least is the best.
  double aic() const { return 2.0 * static_cast<double>(parameters.size()) - 2.0 * log_likelihood; }
  double at(std::string_view name) const;
  /// To paste into a configuration.
  std::string json(bool scales_with_work = false) const;
};

/// What a kind needs beside the sample.
struct Measured {
  Sample sample;
  std::vector<faults::Measurement> rows;  ///< by worker, then round

  explicit Measured(std::vector<faults::Measurement> rows);
};

/// Maximum likelihood for the kinds that have a density; for `bimodal` and `markov`, the two values
/// with the least squared error. A kind that cannot be had from these times is left out: a Pareto,
/// Weibull or lognormal time is never 0, and parameters have ranges. At least two times that differ
/// must be known. In the order of Akaike's criterion, kinds without density last.
std::vector<DelayFit> fit_delays(const Measured& measured);

/// The kind of all that describes the times best: one without a density if it has all of them
/// exactly, and of the two with two values `markov` if its states last longer than by chance.
const DelayFit& best_of(const std::vector<DelayFit>& fits);

}  // namespace laggard::fit
