// Which rows a step learns from, and how they are cut into parts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "data/dataset.hpp"

namespace laggard::training {

/// K parts of b rows, part after part.
struct Batch {
  std::uint32_t parts = 0;
  std::uint32_t rows = 0;  ///< b
  Matrix inputs;           ///< K b x d
  Matrix targets;          ///< K b x m, one 1 in each row

  MatrixView part_inputs(std::uint32_t part) const {
    return rows_of(inputs, Index{part} * rows, rows);
  }
  MatrixView part_targets(std::uint32_t part) const {
    return rows_of(targets, Index{part} * rows, rows);
  }
};

/// How rows are arranged.
struct Arrangement {
  std::uint32_t parts = 0;  ///< K
  std::uint32_t rows = 0;   ///< b
  /// Rows with the same number in all parts are mixed: they are K neighbours in the order. Else the
  /// rows of a part are the neighbours.
  bool mixes = false;
  std::string ordering;  ///< none, class or path
};

/// Draws the batches of one trial. A batch depends on seed, trial and step alone.
class BatchSource {
 public:
  /// `whole`: all training rows are arranged once, and a step takes b row numbers, the same in all
  /// parts ("static"). Else each step draws K b rows and arranges them ("fresh").
  BatchSource(const data::Dataset& dataset, Index classes, std::uint64_t seed, std::uint32_t trial,
              bool whole, Arrangement arrangement);

  Batch draw(std::uint32_t step) const;

 private:
  /// The rows in the order in which neighbours belong together.
  std::vector<std::uint32_t> in_order(std::vector<std::uint32_t> rows) const;
  /// The place in the order of row j of part k, if parts have so many rows.
  std::size_t place(std::uint32_t part, std::uint32_t row, std::uint32_t rows) const;

  const data::Dataset& dataset_;
  Index classes_;
  std::uint64_t seed_;
  std::uint32_t trial_;
  Arrangement arrangement_;
  std::uint32_t available_;           // training rows
  std::vector<std::uint32_t> order_;  // of all of them, if they are arranged once
};

}  // namespace laggard::training
