// Joint search for (lambda_encode, lambda_decode) on held-out data.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/records.hpp"
#include "experiment/approximation/setup.hpp"

namespace laggard::approximation {

struct TuningPlan {
  double lowest = 1e-12;  ///< of both grids, which also contain 0
  double highest = 1.0;
  std::uint32_t grid = 13;    ///< values per axis and round, equally spaced in log lambda
  std::uint32_t rounds = 3;   ///< each after the first refines around the best pair so far
  std::uint32_t trials = 20;  ///< held-out trials; the same for every pair
};

/// Errors: ConfigError if the dataset has too few held-out rows for a search.
void require_holdout(const Setup& setup);

/// Evaluates the pairs for one point, whose scheme must be a spline scheme, with the real f, noise
/// and losses (NeRCC, arXiv 2402.04377). Per value of lambda_encode the model runs once; the values
/// of lambda_decode share its results. `on_step` is called once per round and lambda_encode.
/// Errors: ConfigError if the dataset has too few held-out rows; Interrupted.
Surface tune(const Setup& setup, const ActivePoint& point, const TuningPlan& plan,
             const std::function<void()>& on_step);

}  // namespace laggard::approximation
