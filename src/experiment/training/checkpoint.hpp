// A training that was stopped in the middle of a trial.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiment/training/records.hpp"

namespace laggard::training {

/// All that a step leaves behind for the next ones.
struct TrainingState {
  bool is_finished = false;  ///< weights and optimizer are not needed any more
  std::uint32_t step = 0;    ///< steps that were made
  Seconds seconds = 0.0;
  std::vector<double> weights;
  std::vector<double> optimizer;
  std::vector<double> free_s;  ///< see round::Backlog
  std::vector<TrainingRecord> rows;
  // Sums over the steps.
  double received = 0.0, uncovered_parts = 0.0, weight_amplification = 0.0, decoding_error = 0.0;
  double noise_variance = 0.0, noise_length = 0.0;
  Seconds order_s = 0.0, encode_s = 0.0, compute_s = 0.0, collect_s = 0.0, decode_s = 0.0;
};

/// The file of one trial of one point, in a folder beside the result file. It is replaced as a
/// whole, so that a kill leaves the old one or the new one.
class Checkpoint {
 public:
  /// `identity` tells trainings apart and names the file. Without a folder nothing is kept.
  Checkpoint(const std::filesystem::path& folder, std::string identity);

  void save(const TrainingState& state) const;
  /// Nothing if there is none of this training, or it is damaged: the trial then begins anew.
  std::optional<TrainingState> load() const;
  void remove() const;

 private:
  std::filesystem::path path_;
  std::string identity_;
};

}  // namespace laggard::training
