// Joint search for the parameters of a scheme on held-out data.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/records.hpp"
#include "experiment/approximation/setup.hpp"

namespace laggard::approximation {

struct TuningPlan {
  double lowest = 1e-12;  ///< lambda above 0, which is tried too
  double highest = 1.0;
  std::uint32_t grid = 13;    ///< values per axis and round, evenly by lambda's logarithm
  std::uint32_t rounds = 3;   ///< each after the first refines around the best choice so far
  std::uint32_t trials = 20;  ///< held-out trials; the same for every choice
};

/// Whether there is anything to search.
bool is_tunable(const ActivePoint& point);

/// Errors: ConfigError if the dataset has too few held-out rows for a search.
void require_holdout(const Setup& setup);

/// How often tune() will call `on_step` at most.
std::uint64_t most_steps(const ActivePoint& point, const TuningPlan& plan);

/// Evaluates choices of all parameters that the scheme lets search (Scheme::tunables()) for one
/// point, with the real f, noise, losses and lies (NeRCC finds its two lambdas like this, arXiv
/// 2402.04377), and with the scheme's defence against lies.
/// Each round tries every combination of the values of all parameters. Per choice of those that
/// change what the workers get, the model runs once; those of the decoder share its results.
/// `on_step` is called once per round and choice of the former. Errors: ConfigError if the dataset
/// has too few held-out rows; Interrupted.
Surface tune(const Setup& setup, const ActivePoint& point, const TuningPlan& plan,
             const std::function<void()>& on_step);

}  // namespace laggard::approximation
