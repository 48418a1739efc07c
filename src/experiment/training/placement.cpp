#include "experiment/training/placement.hpp"

#include <numeric>

namespace laggard::training {
namespace {

/// What rows of portion() and tasks() begin with.
constexpr Index kBeginning = 3;

PlacedFor training_of(std::span<const double> row) {
  return {static_cast<std::uint32_t>(row[1]), static_cast<std::uint32_t>(row[2])};
}

}  // namespace

std::uint32_t Placement::portions() const {
  return (source_.rows_of_part() - 1) / rows_ + 1;
}

Matrix Placement::rows_of(double what, Index workers, Index more) const {
  Matrix rows(workers, kBeginning + more);
  rows.col(0).setConstant(what);
  rows.col(1).setConstant(training_.point);
  rows.col(2).setConstant(training_.trial);
  return rows;
}

Matrix Placement::portion(std::uint32_t number) const {
  std::vector<std::uint32_t> numbers(rows_);
  std::iota(numbers.begin(), numbers.end(), number * rows_);
  const Matrix tasks = tasks_.tasks(source_.placed(std::move(numbers)));
  Matrix rows = rows_of(kPlace, tasks.rows(), 1 + tasks.cols());
  rows.col(kBeginning).setConstant(number);
  rows.rightCols(tasks.cols()) = tasks;
  return rows;
}

Matrix Placement::tasks(std::uint32_t step, Index workers) const {
  const std::vector<std::uint32_t> numbers = source_.numbers(step);
  Matrix rows = rows_of(kTake, workers, rows_);
  for (Index i = 0; i < rows_; ++i)
    rows.col(kBeginning + i).setConstant(numbers[static_cast<std::size_t>(i)]);
  return rows;
}

void PlacedRows::keep(WorkerId worker, std::span<const double> row) {
  const PlacedFor training = training_of(row);
  if (training_ != training) portions_.clear();
  training_ = training;
  portions_[worker][static_cast<std::uint32_t>(row[kBeginning])].assign(
      row.begin() + kBeginning + 1, row.end());
}

std::optional<std::vector<double>> PlacedRows::task(WorkerId worker, std::span<const double> row,
                                                    const TaskShape& shape) const {
  const auto found = portions_.find(worker);
  if (training_ != training_of(row) || found == portions_.end()) return std::nullopt;
  const std::span<const double> numbers = row.subspan(kBeginning);
  const auto b = static_cast<Index>(numbers.size());
  std::vector<double> task(static_cast<std::size_t>(shape.width()));
  for (Index i = 0; i < b; ++i) {
    const auto number = static_cast<Index>(numbers[static_cast<std::size_t>(i)]);
    const auto portion = found->second.find(static_cast<std::uint32_t>(number / b));
    if (portion == found->second.end()) return std::nullopt;
    const double* const from = portion->second.data();
    task[0] = from[0];
    // The parts of a worker follow each other, b rows each.
    for (Index part = 0; part < static_cast<Index>(from[0]); part += b)
      copy_row(shape, from, part + number % b, task.data(), part + i);
  }
  return task;
}

}  // namespace laggard::training
