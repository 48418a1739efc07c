#include "experiment/training/tasks.hpp"

#include <algorithm>
#include <cmath>

namespace laggard::training {
namespace {

/// Negative shares become 0, the others add up to 1.
void clip_to_simplex(Eigen::Ref<Eigen::RowVectorXd> targets) {
  targets = targets.cwiseMax(0.0);
  const double sum = targets.sum();
  if (sum > 0) targets /= sum;
}

Index longest(const Matrix& assignment, bool mixes_rows, std::uint32_t rows) {
  if (mixes_rows) return rows;
  return (assignment.array() != 0.0).rowwise().count().maxCoeff() * Index{rows};
}

}  // namespace

void copy_row(const TaskShape& shape, const double* from, Index at, double* to, Index place) {
  to[shape.weights_at() + place] = from[shape.weights_at() + at];
  std::copy_n(from + shape.inputs_at() + at * shape.inputs, shape.inputs,
              to + shape.inputs_at() + place * shape.inputs);
  std::copy_n(from + shape.targets_at() + at * shape.classes, shape.classes,
              to + shape.targets_at() + place * shape.classes);
}

TaskMaker::TaskMaker(Matrix assignment, Ways ways, std::uint32_t rows, Index inputs, Index classes)
    : assignment_(std::move(assignment)),
      ways_(ways),
      rows_(rows),
      shape_{longest(assignment_, ways.mixes_rows, rows), inputs, classes} {}

std::uint32_t TaskMaker::rows_of_worker(WorkerId worker) const {
  if (ways_.mixes_rows) return rows_;
  return static_cast<std::uint32_t>((assignment_.row(worker).array() != 0.0).count()) * rows_;
}

double TaskMaker::flops() const {
  if (!ways_.mixes_rows) return 0.0;
  return 2.0 * static_cast<double>(assignment_.size()) * rows_ *
         static_cast<double>(shape_.inputs + shape_.classes);
}

Matrix TaskMaker::tasks(const Batch& batch) const {
  return ways_.mixes_rows ? mixed(batch) : copied(batch);
}

Matrix TaskMaker::mixed(const Batch& batch) const {
  const Index inputs = rows_ * shape_.inputs, targets = rows_ * shape_.classes;
  // A part is one row of K: its inputs are one after the other, as they are in a task.
  const MatrixView parts(batch.inputs.data(), batch.parts, inputs);
  const MatrixView labels(batch.targets.data(), batch.parts, targets);
  Matrix tasks(assignment_.rows(), shape_.width());
  tasks.col(0).setConstant(rows_);
  tasks.middleCols(shape_.weights_at(), rows_).setConstant(1.0 / rows_);
  // How a product is cut into blocks depends on its width, and with it the last bit.
  const Index products = ways_.alone ? Index{rows_} : 1;
  const Index wide = inputs / products, narrow = targets / products;
  for (Index i = 0; i < products; ++i) {
    tasks.middleCols(shape_.inputs_at() + i * wide, wide).noalias() =
        assignment_ * parts.middleCols(i * wide, wide);
    tasks.middleCols(shape_.targets_at() + i * narrow, narrow).noalias() =
        assignment_ * labels.middleCols(i * narrow, narrow);
  }
  if (!ways_.simplex) return tasks;
  for (Index worker = 0; worker < tasks.rows(); ++worker)
    for (Index row = 0; row < rows_; ++row)
      clip_to_simplex(
          tasks.row(worker).segment(shape_.targets_at() + row * shape_.classes, shape_.classes));
  return tasks;
}

Matrix TaskMaker::copied(const Batch& batch) const {
  Matrix tasks = Matrix::Zero(assignment_.rows(), shape_.width());
  for (Index worker = 0; worker < tasks.rows(); ++worker) {
    double* const task = tasks.row(worker).data();
    Index rows = 0;
    for (std::uint32_t part = 0; part < batch.parts; ++part) {
      const double weight = assignment_(worker, part);
      if (weight == 0.0) continue;
      std::fill_n(task + shape_.weights_at() + rows, rows_, weight / rows_);
      const MatrixView inputs = batch.part_inputs(part), targets = batch.part_targets(part);
      std::copy_n(inputs.data(), inputs.size(), task + shape_.inputs_at() + rows * shape_.inputs);
      std::copy_n(targets.data(), targets.size(),
                  task + shape_.targets_at() + rows * shape_.classes);
      rows += rows_;
    }
    task[0] = static_cast<double>(rows);
  }
  return tasks;
}

std::uint32_t uncovered_parts(const Matrix& assignment, std::span<const WorkerId> received) {
  std::vector<char> covered(static_cast<std::size_t>(assignment.cols()));
  for (const WorkerId worker : received)
    for (Index part = 0; part < assignment.cols(); ++part)
      if (assignment(worker, part) != 0.0) covered[static_cast<std::size_t>(part)] = 1;
  return static_cast<std::uint32_t>(std::count(covered.begin(), covered.end(), 0));
}

double grid_unit(double largest, std::size_t terms) {
  if (!(largest > 0.0) || !std::isfinite(largest)) return 0.0;
  int exponent = 0, count = 0;
  std::frexp(largest, &exponent);                  // largest < 2^exponent
  std::frexp(static_cast<double>(terms), &count);  // terms < 2^count
  constexpr int kBits = 51;
  return std::ldexp(1.0, exponent + count - kBits);
}

void add_on_grid(double unit, double weight, std::span<const double> values,
                 std::span<double> sum) {
  // Numbers near this one are multiples of the unit.
  const double shift = 1.5 * 0x1.0p52 * unit;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double term = weight * values[i];
    sum[i] += (term + shift) - shift;
  }
}

}  // namespace laggard::training
