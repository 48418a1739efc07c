// Rows that lie with the workers before the first step (layout "static"): they travel once, and a
// step sends the weights of the model and the numbers of its rows.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "experiment/training/batch.hpp"
#include "experiment/training/tasks.hpp"

namespace laggard::training {

/// Whose rows they are.
struct PlacedFor {
  std::uint32_t point = 0, trial = 0;
  bool operator==(const PlacedFor&) const = default;
};

/// The master's side. Rows travel in portions of b numbers, as the task of a step that takes them.
class Placement {
 public:
  /// `rows`: b.
  Placement(PlacedFor training, const BatchSource& source, const TaskMaker& tasks,
            std::uint32_t rows)
      : training_(training), source_(source), tasks_(tasks), rows_(rows) {}

  std::uint32_t portions() const;
  /// A row for each worker: kPlace | point | trial | number of the portion | task.
  Matrix portion(std::uint32_t number) const;
  /// A row for each worker: kTake | point | trial | numbers of the rows of a step.
  Matrix tasks(std::uint32_t step, Index workers) const;

 private:
  /// Rows that begin alike, with room for more.
  Matrix rows_of(double what, Index workers, Index more) const;

  PlacedFor training_;
  const BatchSource& source_;
  const TaskMaker& tasks_;
  std::uint32_t rows_;
};

/// What a rank has of it: the rows of its workers, of one training at a time.
class PlacedRows {
 public:
  /// Keeps what a row of Placement::portion() has.
  void keep(WorkerId worker, std::span<const double> row);
  /// The task for a row of Placement::tasks(), as it would have come with its rows; nothing if they
  /// are not here.
  std::optional<std::vector<double>> task(WorkerId worker, std::span<const double> row,
                                          const TaskShape& shape) const;

 private:
  using Portions = std::map<std::uint32_t, std::vector<double>>;

  std::optional<PlacedFor> training_;
  std::map<WorkerId, Portions> portions_;
};

}  // namespace laggard::training
