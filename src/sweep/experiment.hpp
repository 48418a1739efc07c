// What the sweep runs: one combination of its values, of any kind of experiment.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "config/experiment.hpp"
#include "core/caveat.hpp"
#include "core/records.hpp"
#include "core/result_sink.hpp"
#include "round/clock.hpp"

namespace laggard::sweep {

/// What experiments ask of the machine: upper estimates, from the sizes alone. Libraries and what a
/// network needs inside are not in.
struct Effort {
  double model_inputs = 0.0;      ///< through the model, for the truth and by the workers
  double trial_bytes = 0.0;       ///< the arrays of the largest trial
  double prediction_bytes = 0.0;  ///< of /predictions in the file

  void add(const Effort& other) {
    model_inputs += other.model_inputs;
    trial_bytes = std::max(trial_bytes, other.trial_bytes);
    prediction_bytes += other.prediction_bytes;
  }
};

/// What all experiments of a run share.
struct Bench {
  round::ClockParts parts;  ///< for the experiment's clock
  ResultSink& sink;
  /// A folder for what long trials keep of themselves, to be continued after a kill; empty: nothing
  /// can be kept.
  std::filesystem::path unfinished = {};
};

/// Ranks that must host workers, and the JSON pointer that says so.
struct RankDemand {
  std::string where;
  std::vector<std::uint32_t> ranks;
};

/// One combination of the sweep, ready to run.
class Experiment {
 public:
  virtual ~Experiment() = default;

  /// All points of the combination, in order; one with a reason in `skipped` is not run.
  virtual std::vector<PointRecord> points() const = 0;
  /// Tells a worker rank what to compute, see ExperimentKind::make_worker(). Equal texts mean equal
  /// work. Empty: the workers have nothing to do.
  virtual std::string job() const { return ""; }
  /// Runs one trial of some of its points, by their index in points(), and hands the rows to the
  /// sink. `done` is called after each of them. Errors: Interrupted; RunError from workers.
  virtual void run(std::uint32_t trial, std::span<const std::size_t> points, const Bench& bench,
                   const std::function<void()>& done) = 0;
  /// What run() will be called with after its next call. There, an experiment may begin with it
  /// while its workers would have nothing to do.
  virtual void expect(std::uint32_t /*trial*/, std::span<const std::size_t> /*points*/) {}
  virtual Effort effort() const = 0;
  virtual RankDemand demanded_ranks() const { return {}; }
  /// What is known beforehand of one of its points, by its index in points().
  virtual Caveat caveat(std::size_t /*point*/) const { return {}; }
  /// What is allowed but seldom meant: a line each, with what to do.
  virtual std::vector<std::string> hints() const { return {}; }
};

/// The columns of a point that every kind has: `index` counts the points of the combination.
PointRecord point_of(const config::Combination& combination, std::uint32_t index,
                     const std::string& label);

}  // namespace laggard::sweep
