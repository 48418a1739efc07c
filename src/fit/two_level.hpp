// How much of the times is the worker's, how much is the round's, and how much is chance.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faults/trace_table.hpp"

namespace laggard::fit {

/// log x_{w,r} = mu + a_w + b_r + e, e normal: a factor for each worker, a factor for each round,
/// and chance. The sums of a over the workers and of b over the rounds are 0. Least squares by
/// taking the mean residual of each worker and each round in turn; censored times are replaced by
/// their mean beyond what is known, with the present estimates.
struct TwoLevel {
  double median = 0.0;  ///< exp(mu)
  /// The workers and the rounds that there are, ascending, and their exp(a_w) and exp(b_r).
  std::vector<std::uint32_t> worker_numbers, round_numbers;
  std::vector<double> workers, rounds;
  double worker_sigma = 0.0;            ///< standard deviation of a, without what chance adds to it
  double round_sigma = 0.0;             ///< of b, likewise
  double sigma = 0.0;                   ///< of e
  std::vector<double> standard_errors;  ///< of each a_w, by the answers that the worker has
  double standard_error = 0.0;          ///< their root mean square
  double round_error = 0.0;             ///< the same of the b_r
  double log_likelihood = 0.0;          ///< of the times
  double aic() const;

  double worker_factor(const faults::Measurement& row) const;
  double round_factor(const faults::Measurement& row) const;
};

/// Why the model makes no sense: it needs two workers, two rounds, more times than these, an answer
/// of every worker and in every round, none at time 0, and rounds that connect all workers. Empty
/// if it does.
std::string why_no_levels(const std::vector<faults::Measurement>& rows);

TwoLevel fit_two_levels(const std::vector<faults::Measurement>& rows);

/// The times that workers, or rounds, of factor 1 would have had. The factors, which are means of R
/// rounds or n workers, have taken a part of what is chance: the variances 1 - 1/R and 1 - 1/n of
/// its logarithm are left, and are made whole again.
std::vector<faults::Measurement> without_factors(std::vector<faults::Measurement> rows,
                                                 const TwoLevel& model, bool of_workers,
                                                 bool of_rounds);

}  // namespace laggard::fit
