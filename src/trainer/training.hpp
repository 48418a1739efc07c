// The loop of `laggard train`.
#pragma once

#include <functional>
#include <string>

#include "data/dataset.hpp"
#include "trainer/progress.hpp"
#include "trainer/train_config.hpp"
#include "transport/group.hpp"

namespace laggard::trainer {

enum class TrainMode {
  kNew,        ///< existing weights and curves are kept under other names
  kOverwrite,  ///< they are replaced
  kResume      ///< go on from the checkpoint, if there is one
};

/// What a training needs beside its configuration.
struct TrainEnvironment {
  TrainMode mode = TrainMode::kNew;
  ProgressStyle style = ProgressStyle::kNone;
  std::function<bool()> stop = [] { return false; };  ///< asked after every step
  /// Told where an existing file went.
  std::function<void(const std::string& path, const std::string& kept)> kept =
      [](const std::string&, const std::string&) {};
  std::string config;  ///< resolved JSON, for the files
  std::string git_commit;
  std::string command;
  transport::Group* group = nullptr;  ///< the ranks that share the work; null: this process alone
};

struct TrainOutcome {
  bool was_finished = false;     ///< --resume found the weights of this very training
  std::uint32_t best_epoch = 0;  ///< 0 if it was finished
  double validation_accuracy = kNaN;
  double test_accuracy = kNaN;
};

/// What a training would be.
struct TrainPlan {
  std::uint32_t training_rows = 0, validation_rows = 0;
  std::uint32_t units = 0;       ///< rows, or groups of a code, of an epoch
  std::uint32_t steps = 0;       ///< of an epoch
  std::uint64_t parameters = 0;  ///< and buffers: numbers in the weights
};

/// Reads the data and makes the networks as `train` does, and trains nothing. Errors: as `train`.
TrainPlan plan(const TrainConfig& config, const data::Dataset& dataset, const data::Dataset* test,
               const TrainEnvironment& environment);

/// Trains, keeps the epoch with the best validation accuracy (the earliest of equals; the last one
/// without validation rows) and writes weights and curves. The accuracy of a part of a code is its
/// reconstruction accuracy: how many lost queries get the deployed model's own class, over all
/// choices of the lost ones, as ParM's authors choose their checkpoint. After every epoch the
/// checkpoint is replaced, so that a killed training goes on from there with kResume; it then ends
/// with the same bits as one that was never stopped. Old curves and an old checkpoint give way when
/// the training begins, old weights when the new ones are ready: nothing computed is overwritten
/// unasked, and weights that are in use stay until there are better ones. `test` may be null. All
/// ranks of the group call it; rank 0 writes the files, and its `stop` counts.
/// Errors: Interrupted when `stop` says so; ConfigError, DataError, RunError.
TrainOutcome train(const TrainConfig& config, const data::Dataset& dataset,
                   const data::Dataset* test, const TrainEnvironment& environment);

}  // namespace laggard::trainer
