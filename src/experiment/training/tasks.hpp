// What the master writes to the workers of a training, and what they answer: rows of numbers.
#pragma once

#include <cstdint>
#include <span>

#include "core/types.hpp"
#include "experiment/training/batch.hpp"

namespace laggard::training {

/// The first number of a row that the master sends.
///  >= 0: compute a gradient on so many rows and keep it. Row: count | their weights | inputs |
///        targets, with room for the longest task. Answer: see Ready.
///  kAdd: add up gradients that are kept. Row: kAdd | grid | the workers' weights. Answer: how many
///        were added, then their sum.
///  kFetch: Row: kFetch. Answer: 1 if the worker's gradient is there, then the gradient.
///  kPlace: keep rows for later steps, see Placement. Answer: 1.
///  kTake: compute a gradient on some of these rows. Answer: as for a task that brings its rows.
inline constexpr double kAdd = -1.0, kFetch = -2.0, kPlace = -3.0, kTake = -4.0;

/// What a worker says when its gradient is there.
enum Ready : int { kLoss, kLargest, kSketch };
/// In the place of the largest absolute value: rows that the step takes were not placed there.
inline constexpr double kNoRows = -1.0;

/// How long tasks are.
struct TaskShape {
  Index rows = 0;  ///< of the longest task
  Index inputs = 0, classes = 0;

  Index width() const { return 1 + rows * (1 + inputs + classes); }
  Index weights_at() const { return 1; }
  Index inputs_at() const { return 1 + rows; }
  Index targets_at() const { return 1 + rows * (1 + inputs); }
};

/// Copies a row, with its weight and its targets, from a place in one task to a place in another.
void copy_row(const TaskShape& shape, const double* from, Index at, double* to, Index place);

/// The tasks of a code, one row for each worker.
class TaskMaker {
 public:
  /// `assignment` is workers x K, see schemes::GradientCode.
  struct Ways {
    bool mixes_rows = false;
    bool simplex = false;  ///< targets of mixed rows are clipped
    bool alone = false;    ///< a row has the same bits whichever others are in its batch
  };
  TaskMaker(Matrix assignment, Ways ways, std::uint32_t rows, Index inputs, Index classes);

  const TaskShape& shape() const { return shape_; }
  /// Rows that a worker computes.
  std::uint32_t rows_of_worker(WorkerId worker) const;
  Matrix tasks(const Batch& batch) const;
  /// Operations of the master to make them; copies are free.
  double flops() const;

 private:
  Matrix mixed(const Batch& batch) const;
  Matrix copied(const Batch& batch) const;

  Matrix assignment_;
  Ways ways_;
  std::uint32_t rows_;  // b
  TaskShape shape_;
};

/// Parts of a batch that none of the answers depends on.
std::uint32_t uncovered_parts(const Matrix& assignment, std::span<const WorkerId> received);

/// Adding up on a grid: if every term is rounded to a multiple of the unit, all sums are exact, so
/// that their bits do not depend on their order, nor on who adds which terms. `largest` bounds the
/// terms' absolute values; `terms` is their number. The rounding costs 2^-51 of the bound of the
/// sum.
double grid_unit(double largest, std::size_t terms);
/// sum += weight * values, each term on the grid; for unit 0 or a unit that is not finite, as it
/// is.
void add_on_grid(double unit, double weight, std::span<const double> values, std::span<double> sum);

}  // namespace laggard::training
