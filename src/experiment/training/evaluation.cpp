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
    const double scale = static_cast<double>(rows) / static_cast<double>(count);
    squares += scale * scale * gradient.squaredNorm();
  }
  exact.gradient.assign(sum.data(), sum.data() + sum.size());
  if (!noisy || groups < 2) return exact;
  // The groups' gradients are estimates of their mean, the batch's. Rows are drawn without
  // repetition, and the more of all rows a batch has, the less it varies.
  const auto n = static_cast<double>(groups);
  const double left =
      1.0 - static_cast<double>(rows) /
                static_cast<double>(setup_.dataset->rows(data::Part::kTrials).value());
  const double variance = left * (squares - n * sum.squaredNorm()) / (n - 1.0) / n;
  const double length = sum.squaredNorm() - variance;
  exact.noise = length > 0 ? std::sqrt(variance / length) : kNaN;
  return exact;
}

}  // namespace laggard::training
