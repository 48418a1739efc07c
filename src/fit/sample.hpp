// Measured times, some of which are only known to be longer than something.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "faults/trace_table.hpp"

namespace laggard::fit {

struct Sample {
  explicit Sample(std::span<const faults::Measurement> rows);

  std::size_t size() const { return answered.size() + censored.size(); }

  std::vector<double> answered;  ///< ascending, seconds
  std::vector<double> censored;  ///< ascending: the time is longer than that
};

using Cdf = std::function<double(double)>;

/// A step of an estimated distribution function.
struct Step {
  double seconds = 0.0;
  double below = 0.0;  ///< probability of less
  double upto = 0.0;   ///< probability of no more
};

/// The product-limit estimate (Kaplan and Meier, J. Amer. Statist. Assoc. 53 (1958)): after the
/// times t_i, P(X > t) = prod (1 - d_i / n_i) with d_i times of exactly t_i among the n_i that are
/// known to be at least t_i. Without censored times, it is the empirical distribution. O(n).
std::vector<Step> product_limit(const Sample& sample);

/// The largest distance of a distribution function from the estimate (Kolmogorov and Smirnov).
double largest_distance(const std::vector<Step>& steps, const Cdf& cdf);

}  // namespace laggard::fit
