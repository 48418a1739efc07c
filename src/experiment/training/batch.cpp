#include "experiment/training/batch.hpp"

#include <algorithm>
#include <numeric>

#include "math/curve_order.hpp"

namespace laggard::training {
namespace {

/// What a class is worth on a path, in units of the inputs: a row rather goes far than to another
/// class.
constexpr double kClassDistance = 40.0;

Matrix one_hot(const std::vector<std::int32_t>& labels, Index classes) {
  Matrix targets = Matrix::Zero(static_cast<Index>(labels.size()), classes);
  for (std::size_t i = 0; i < labels.size(); ++i) targets(static_cast<Index>(i), labels[i]) = 1.0;
  return targets;
}

}  // namespace

BatchSource::BatchSource(const data::Dataset& dataset, Index classes, std::uint64_t seed,
                         std::uint32_t trial, bool whole, Arrangement arrangement)
    : dataset_(dataset),
      classes_(classes),
      seed_(seed),
      trial_(trial),
      arrangement_(std::move(arrangement)),
      available_(dataset.rows(data::Part::kTrials).value()) {
  if (!whole) return;
  Stream stream({seed_, Purpose::kTraining, trial_, 0});
  // What does not fill a row of every part is left out: of all rows, not of the last class.
  std::vector<std::uint32_t> rows = random_permutation(stream, available_);
  rows.resize(std::size_t{rows_of_part()} * arrangement_.parts);
  order_ = in_order(std::move(rows));
}

std::vector<std::uint32_t> BatchSource::in_order(std::vector<std::uint32_t> rows) const {
  if (arrangement_.ordering == "none") return rows;
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  if (arrangement_.ordering == "class") {
    const std::vector<std::int32_t> labels = dataset_.labels_at(rows, data::Part::kTrials);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return labels[a] < labels[b]; });
  } else {
    const data::Sample sample = dataset_.rows_at(rows, data::Part::kTrials);
    Matrix places(sample.inputs.rows(), sample.inputs.cols() + classes_);
    places << sample.inputs, kClassDistance * one_hot(sample.labels, classes_);
    constexpr std::uint32_t kStarts = 1;  // others make a path little shorter, and take their time
    order = math::short_path(places, kStarts);
  }
  for (std::uint32_t& row : order) row = rows[row];
  return order;
}

Batch BatchSource::draw(std::uint32_t step) const {
  if (!order_.empty()) return placed(numbers(step));
  const std::uint32_t rows = arrangement_.rows;
  Stream stream = stream_of(step);
  const auto drawn =
      in_order(sample_without_replacement(stream, available_, arrangement_.parts * rows));
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  return cut(drawn, rows, all);
}

std::vector<std::uint32_t> BatchSource::numbers(std::uint32_t step) const {
  Stream stream = stream_of(step);
  return sample_without_replacement(stream, rows_of_part(), arrangement_.rows);
}

Batch BatchSource::placed(std::vector<std::uint32_t> numbers) const {
  for (std::uint32_t& number : numbers) number = std::min(number, rows_of_part() - 1);
  return cut(order_, rows_of_part(), numbers);
}

Stream BatchSource::stream_of(std::uint32_t step) const {
  return Stream({seed_, Purpose::kData, trial_, 0, step});
}

Batch BatchSource::cut(const std::vector<std::uint32_t>& order, std::uint32_t rows_of_part,
                       const std::vector<std::uint32_t>& numbers) const {
  const std::uint32_t parts = arrangement_.parts;
  const auto rows = static_cast<std::uint32_t>(numbers.size());
  std::vector<std::uint32_t> chosen;
  chosen.reserve(std::size_t{parts} * rows);
  for (std::uint32_t part = 0; part < parts; ++part)
    for (const std::uint32_t number : numbers)
      chosen.push_back(order[arrangement_.mixes ? std::size_t{number} * parts + part
                                                : std::size_t{part} * rows_of_part + number]);
  data::Sample sample = dataset_.rows_at(chosen, data::Part::kTrials);
  return {parts, rows, std::move(sample.inputs), one_hot(sample.labels, classes_)};
}

}  // namespace laggard::training
