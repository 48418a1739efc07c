// Where the K inputs of a trial come from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/table.hpp"
#include "core/types.hpp"

namespace laggard::data {

/// K inputs, one per row, and their class labels where the dataset has them (else empty).
struct Sample {
  Matrix inputs;
  std::vector<std::int32_t> labels;
};

/// Trials and tuning never see the same rows of a finite dataset.
enum class Part { kTrials, kHoldout };

class Dataset {
 public:
  virtual ~Dataset() = default;

  /// Shape of one input; its size is the number of columns of `Sample::inputs`.
  virtual Shape shape() const = 0;

  /// Number of rows in a part; empty for distributions, which never run out.
  virtual std::optional<std::uint32_t> rows(Part part) const = 0;

  /// Draws `count` distinct rows (or independent points of a distribution). The numbers depend on
  /// the stream alone. count <= rows(part).
  virtual Sample draw(Stream& stream, std::uint32_t count, Part part) const = 0;

  /// These rows of a part, 0 <= row < rows(part), in this order; for training, which visits every
  /// row. Errors: ConfigError for distributions, which have no rows.
  virtual Sample rows_at(std::span<const std::uint32_t> rows, Part part) const;

  /// Only the labels of these rows.
  virtual std::vector<std::int32_t> labels_at(std::span<const std::uint32_t> rows,
                                              Part part) const {
    return rows_at(rows, part).labels;
  }

  /// Whether the inputs look like pixels before they are scaled: the first of them are whole
  /// numbers from 0 to 255.
  virtual bool looks_like_bytes() const { return false; }

  /// Errors: DataError with the first row whose label is not below the number of classes.
  virtual void check_labels(Index /*classes*/) const {}
};

/// The context is the JSON pointer of the dataset, for messages: there may be several.
using DatasetKind = Kind<Dataset, const std::string&>;

/// Every dataset by name. Adding one: a class with a nested Config, and a line in dataset.cpp.
/// Factories throw DataError for files that are missing or malformed.
const std::vector<DatasetKind>& datasets();

}  // namespace laggard::data
