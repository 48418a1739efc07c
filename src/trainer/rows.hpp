// The rows of a finite dataset as training sees them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace laggard::trainer {

/// What a network must know about the data, from one pass over it.
struct Statistics {
  std::vector<double> mean, deviation;  ///< per channel; inputs that are not images have one
  std::uint32_t classes = 0;            ///< largest label + 1; 0 without labels
  std::string fingerprint;              ///< SHA-256 of all values and labels
};

/// A part of a dataset, with labels if they are needed or there. The dataset must outlive the
/// object.
class LabelledRows {
 public:
  /// Errors: ConfigError if the dataset is a distribution.
  LabelledRows(const data::Dataset& dataset, data::Part part, bool labels_needed = true);

  /// What a network may be trained on: the holdout, which trials never draw, or every row of a
  /// dataset without one.
  static LabelledRows for_training(const data::Dataset& dataset, bool labels_needed = true);

  std::uint32_t count() const { return count_; }
  Shape shape() const { return with_channel(dataset_.shape()); }

  /// Errors: DataError if labels that are needed are not there, or are negative.
  data::Sample at(std::span<const std::uint32_t> rows) const;
  /// Rows [first, first + count).
  data::Sample range(std::uint32_t first, std::uint32_t count) const;

 private:
  const data::Dataset& dataset_;
  data::Part part_;
  bool labels_needed_;
  std::uint32_t count_;
};

/// Mean, deviation and classes of the first `training` rows; the fingerprint of all. Constant
/// channels get deviation 1. Errors: DataError for labels beyond kMostOutputs.
Statistics describe(const LabelledRows& rows, std::uint32_t training);

}  // namespace laggard::trainer
