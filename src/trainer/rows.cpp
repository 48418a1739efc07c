#include "trainer/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "model/weights.hpp"

namespace laggard::trainer {
namespace {

/// Rows in memory at a time while passing over the data.
constexpr std::uint32_t kChunk = 500;

template <class Element>
std::span<const std::uint8_t> bytes_of(const Element* data, std::size_t count) {
  return {reinterpret_cast<const std::uint8_t*>(data), count * sizeof(Element)};
}

Index channels_of(const Shape& shape) {
  return shape.extents.size() == 3 ? shape.extents[0] : 1;
}

/// Sums over rows and pixels, per channel.
class Moments {
 public:
  explicit Moments(Index channels)
      : sum_(Vector::Zero(channels)), squares_(Vector::Zero(channels)) {}

  void add(const Matrix& inputs, Index rows) {
    const Index channels = sum_.size();
    const Index pixels = inputs.cols() / channels;
    for (Index channel = 0; channel < channels; ++channel) {
      const auto block = inputs.block(0, channel * pixels, rows, pixels);
      sum_[channel] += block.sum();
      squares_[channel] += block.squaredNorm();
    }
    values_ += static_cast<double>(rows * pixels);
  }

  std::vector<double> mean() const {
    const Vector mean = sum_ / values_;
    return {mean.begin(), mean.end()};
  }

  std::vector<double> deviation() const {
    std::vector<double> deviations;
    for (Index channel = 0; channel < sum_.size(); ++channel) {
      const double mean = sum_[channel] / values_;
      const double variance = squares_[channel] / values_ - mean * mean;
      // Of a constant channel, the difference is rounding.
      constexpr double kRounding = 1e-12;
      deviations.push_back(variance > kRounding * mean * mean ? std::sqrt(variance) : 1.0);
    }
    return deviations;
  }

 private:
  Vector sum_, squares_;
  double values_ = 0;
};

}  // namespace

LabelledRows::LabelledRows(const data::Dataset& dataset, data::Part part, bool labels_needed)
    : dataset_(dataset), part_(part), labels_needed_(labels_needed), count_(0) {
  const auto rows = dataset.rows(part);
  if (!rows)
    throw ConfigError("a network cannot be trained on a distribution", "it has no labelled rows",
                      "choose a dataset that comes from a file");
  count_ = *rows;
}

LabelledRows LabelledRows::for_training(const data::Dataset& dataset, bool labels_needed) {
  const bool holdout = dataset.rows(data::Part::kHoldout).value_or(0) > 0;
  return {dataset, holdout ? data::Part::kHoldout : data::Part::kTrials, labels_needed};
}

data::Sample LabelledRows::at(std::span<const std::uint32_t> rows) const {
  data::Sample sample = dataset_.rows_at(rows, part_);
  if (sample.labels.empty() && !labels_needed_) return sample;
  if (sample.labels.size() != rows.size())
    throw DataError("the dataset has no labels", "a network is trained on labelled rows",
                    "name its labels in the configuration");
  if (std::any_of(sample.labels.begin(), sample.labels.end(), [](auto label) { return label < 0; }))
    throw DataError("the dataset has negative labels", "classes are counted from 0",
                    "renumber the labels");
  return sample;
}

data::Sample LabelledRows::range(std::uint32_t first, std::uint32_t count) const {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), first);
  return at(rows);
}

Statistics describe(const LabelledRows& rows, std::uint32_t training) {
  Moments moments(channels_of(rows.shape()));
  Sha256 hash;
  std::int32_t largest = -1;
  for (std::uint32_t first = 0; first < rows.count(); first += kChunk) {
    const std::uint32_t count = std::min(kChunk, rows.count() - first);
    const data::Sample sample = rows.range(first, count);
    hash.update(bytes_of(sample.inputs.data(), static_cast<std::size_t>(sample.inputs.size())));
    hash.update(bytes_of(sample.labels.data(), sample.labels.size()));
    if (first < training) moments.add(sample.inputs, std::min(count, training - first));
    for (const std::int32_t label : sample.labels) largest = std::max(largest, label);
  }
  if (largest >= static_cast<std::int32_t>(model::kMostOutputs))
    throw DataError(fmt::format("the dataset has the label {}", largest),
                    fmt::format("a network has at most {} outputs", model::kMostOutputs),
                    "renumber the labels");
  return {moments.mean(), moments.deviation(), static_cast<std::uint32_t>(largest + 1),
          "sha256:" + hash.hex()};
}

}  // namespace laggard::trainer
