#include "experiment/training/batch.hpp"

#include <algorithm>
#include <numeric>

#include "core/random.hpp"
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
  order_ = in_order(random_permutation(stream, available_));
}

std::vector<std::uint32_t> BatchSource::in_order(std::vector<std::uint32_t> rows) const {
  if (arrangement_.ordering == "none") return rows;
  const data::Sample sample = dataset_.rows_at(rows, data::Part::kTrials);
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  if (arrangement_.ordering == "class") {
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return sample.labels[a] < sample.labels[b]; });
  } else {
    Matrix places(sample.inputs.rows(), sample.inputs.cols() + classes_);
    places << sample.inputs, kClassDistance * one_hot(sample.labels, classes_);
    constexpr std::uint32_t kStarts = 1;  // others make a path little shorter, and take their time
    order = math::short_path(places, kStarts);
  }
  for (std::uint32_t& row : order) row = rows[row];
  return order;
}

std::size_t BatchSource::place(std::uint32_t part, std::uint32_t row, std::uint32_t rows) const {
  return arrangement_.mixes ? std::size_t{row} * arrangement_.parts + part
                            : std::size_t{part} * rows + row;
}

Batch BatchSource::draw(std::uint32_t step) const {
  const auto& [parts, rows, mixes, ordering] = arrangement_;
  Stream stream({seed_, Purpose::kData, trial_, 0, step});
  std::vector<std::uint32_t> numbers(rows);  // of the rows of each part
  std::iota(numbers.begin(), numbers.end(), 0U);
  std::uint32_t rows_of_part = rows;
  std::vector<std::uint32_t> drawn;
  if (order_.empty()) {
    drawn = in_order(sample_without_replacement(stream, available_, parts * rows));
  } else {
    rows_of_part = available_ / parts;
    numbers = sample_without_replacement(stream, rows_of_part, rows);
  }
  const std::vector<std::uint32_t>& order = order_.empty() ? drawn : order_;
  std::vector<std::uint32_t> chosen;
  chosen.reserve(std::size_t{parts} * rows);
  for (std::uint32_t part = 0; part < parts; ++part)
    for (const std::uint32_t number : numbers)
      chosen.push_back(order[place(part, number, rows_of_part)]);
  data::Sample sample = dataset_.rows_at(chosen, data::Part::kTrials);
  return {parts, rows, std::move(sample.inputs), one_hot(sample.labels, classes_)};
}

}  // namespace laggard::training
