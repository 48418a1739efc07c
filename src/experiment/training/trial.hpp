// One trial of one scheme: a training from the first step to the last.
#pragma once

#include <functional>

#include "experiment/fate.hpp"
#include "experiment/training/batch.hpp"
#include "experiment/training/checkpoint.hpp"
#include "experiment/training/coded_gradient.hpp"
#include "experiment/training/evaluation.hpp"
#include "experiment/training/optimizer.hpp"
#include "experiment/training/placement.hpp"
#include "sweep/experiment.hpp"

namespace laggard::training {

class Trial {
 public:
  Trial(const Setup& setup, const ActivePoint& point, Evaluation& evaluation, round::Clock& clock,
        const sweep::Bench& bench, std::uint32_t number);

  /// Runs what a checkpoint does not have, and hands all rows to the sink. A signal leaves a
  /// checkpoint. Errors: Interrupted, RunError.
  void run();

 private:
  struct Prepared {
    Batch batch;
    Matrix tasks;
    Seconds seconds = 0.0;  ///< that it took
  };

  /// Sends all rows before the first step, where they travel at all and are placed once.
  void place_rows();
  Prepared prepare(std::uint32_t step) const;
  experiment::Fate fate_of(std::uint32_t step) const;
  void make_step();
  /// Time of the step on the virtual clock.
  Seconds virtual_seconds(const GradientEstimate& estimate) const;
  /// Of a batch, on the virtual clock.
  Seconds encoding_s() const;
  /// Of the master, for a batch.
  double encoding_operations() const;
  void count(const GradientEstimate& estimate);
  void report(const std::vector<round::RankFailure>& failures);
  TrainingRecord row_of(const GradientEstimate& estimate, const Batch& batch,
                        const std::vector<double>& before);
  void finish();
  void keep_finished();

  const Setup& setup_;
  const ActivePoint& point_;
  Evaluation& evaluation_;
  round::Clock& clock_;
  const sweep::Bench& bench_;
  std::uint32_t number_;
  BatchSource source_;
  std::optional<Placement> placement_;  // null: tasks bring their rows
  CodedGradient workers_;
  Optimizer optimizer_;
  Checkpoint checkpoint_;
  TrainingState state_;
  std::optional<Prepared> next_;  // the batch of the step to come
};

}  // namespace laggard::training
