// The state of a training between two epochs, as a file.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "hdf5/table.hpp"
#include "model/weights.hpp"

namespace laggard::trainer {

/// One row of /curves. Losses are mean cross-entropies in nats, or those of the task; accuracies
/// lie in [0, 1], those of codes count reconstructions that give the deployed model's class. Those
/// of the training rows are averages over the epoch, during which the network changed.
struct CurveRow {
  std::uint32_t epoch = 0;     ///< from 1
  double learning_rate = 0.0;  ///< of the last step
  double train_loss = 0.0;
  double train_accuracy = 0.0;
  double validation_loss = 0.0;
  double validation_accuracy = 0.0;
  double seconds = 0.0;  ///< wall-clock time of the epoch

  static std::vector<Column> columns();
};

struct Checkpoint {
  std::string config;  ///< resolved JSON; another configuration cannot go on from here
  std::string fingerprint;
  std::vector<CurveRow> curves;  ///< one row per finished epoch
  std::vector<model::NamedTensor> tensors;
  std::vector<std::uint8_t> optimizer;
  std::string devices;  ///< "cuda to epoch 55, then cpu"; "" if all epochs had the same /device
  std::uint32_t best_epoch = 0;
  std::vector<model::NamedTensor> best;  ///< as they were after the best epoch
};

/// Replaces the file as a whole. Errors: RunError.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Nothing if there is no such file. Errors: DataError if it is damaged or no checkpoint.
std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& path);

/// The curves with the head of a result file. Errors: RunError.
void write_curves(const std::filesystem::path& path, const std::vector<CurveRow>& curves,
                  const model::WeightsOrigin& origin);

}  // namespace laggard::trainer
