// Which rows a step learns from, and how they are cut into parts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/random.hpp"
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

  // Where all rows are arranged once, those of each part have numbers from 0 on.
  std::uint32_t rows_of_part() const { return available_ / arrangement_.parts; }
  /// Of the rows that a step takes, the same in all parts.
  std::vector<std::uint32_t> numbers(std::uint32_t step) const;
  /// The rows with these numbers. A number that is too large stands for the last one.
  Batch placed(std::vector<std::uint32_t> numbers) const;

 private:
  Stream stream_of(std::uint32_t step) const;
  /// The rows in the order in which neighbours belong together.
  std::vector<std::uint32_t> in_order(std::vector<std::uint32_t> rows) const;
  /// Parts of so many rows, from rows in order: those with these numbers.
  Batch cut(const std::vector<std::uint32_t>& order, std::uint32_t rows_of_part,
            const std::vector<std::uint32_t>& numbers) const;

  const data::Dataset& dataset_;
  Index classes_;
  std::uint64_t seed_;
  std::uint32_t trial_;
  Arrangement arrangement_;
  std::uint32_t available_;           // training rows
  std::vector<std::uint32_t> order_;  // of all of them, if they are arranged once
};

}  // namespace laggard::training
