#include "experiment/training/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.hpp"

namespace laggard::training {

Evaluation::Test Evaluation::test(std::span<const double> weights) {
  const std::uint32_t count = *setup_.dataset->rows(data::Part::kHoldout);
  if (count == 0) return {};
  if (!is_read_) {
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0U);
    rows_ = setup_.dataset->rows_at(rows, data::Part::kHoldout);
    is_read_ = true;
  }
  constexpr Index kChunk = 500;
  double loss = 0.0, correct = 0.0;
  for (Index first = 0; first < count; first += kChunk) {
    const Index rows = std::min(kChunk, count - first);
    const model::Assessed part = setup_.model->assess(
        weights, rows_of(rows_.inputs, first, rows),
        std::span(rows_.labels)
            .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(rows)));
    loss += part.loss;
    correct += part.correct;
  }
  return {loss / count, correct / count};
}

Evaluation::Exact Evaluation::exact(std::span<const double> weights, const Batch& batch, bool noisy,
                                    Stream stream) {
  constexpr Index kGroups = 16;
  const Index rows = batch.inputs.rows();
  const Index groups = std::clamp<Index>(rows, 1, kGroups);
  const std::vector<std::uint32_t> order =
      random_permutation(stream, static_cast<std::uint32_t>(rows));
  Exact exact;
  const auto parameters = static_cast<Index>(setup_.model->parameters());
  Vector sum = Vector::Zero(parameters), gradient(parameters);
  double squares = 0.0;
  exact.loss = 0.0;
  for (Index group = 0; group < groups; ++group) {
    const Index first = group * rows / groups, count = (group + 1) * rows / groups - first;
    const std::vector<std::uint32_t> chosen(order.begin() + first, order.begin() + first + count);
    const Matrix inputs = batch.inputs(chosen, Eigen::all);
    const Matrix targets = batch.targets(chosen, Eigen::all);
    const std::vector<double> shares(chosen.size(), 1.0 / static_cast<double>(rows));
    exact.loss += setup_.model->gradient(
        weights, {rows_of(inputs, 0, count), rows_of(targets, 0, count), shares},
        {gradient.data(), static_cast<std::size_t>(parameters)});
    sum += gradient;
    squares += static_cast<double>(rows) / static_cast<double>(count) * gradient.squaredNorm();
  }
  exact.gradient.assign(sum.data(), sum.data() + sum.size());
  if (!noisy || groups < 2) return exact;
  // A group of m of n rows has the mean gradient (n / m) g_i, whose spread around g weighs like m.
  // Rows are drawn without repetition, and the more of all rows a batch has, the less it varies.
  const double left =
      1.0 - static_cast<double>(rows) /
                static_cast<double>(setup_.dataset->rows(data::Part::kTrials).value());
  exact.variance = left * (squares - sum.squaredNorm()) / static_cast<double>(groups - 1);
  exact.length = sum.squaredNorm() - exact.variance;
  return exact;
}

}  // namespace laggard::training
