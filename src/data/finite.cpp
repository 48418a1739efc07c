#include "data/finite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace laggard::data {

void Selection::fields(Fields& fields) {
  fields.integer({"holdout", "the last rows, kept for tuning and training; trials use the others"},
                 holdout);
  fields.integer({"limit", "use only the first rows of the data; 0: all of them"}, limit);
  fields.number_or_rule({"scale",
                         "what the values are divided by; auto: 255 where they are unsigned bytes, "
                         "else 1; none: 1"},
                        scale, kPositive, {"auto", "none"});
}

namespace {

constexpr double kLargestByte = 255.0;

/// How many values show whether they are bytes.
constexpr std::size_t kEnough = 1U << 20;

double divisor_of(const NumberOrRule& scale, const Values& values) {
  if (scale.is("none")) return 1.0;
  if (!scale.is("auto")) return scale.number;
  return std::holds_alternative<std::vector<std::uint8_t>>(values) ? kLargestByte : 1.0;
}

}  // namespace

FiniteDataset::FiniteDataset(Rows rows, const Selection& selection, std::string where)
    : rows_(std::move(rows)),
      divisor_(divisor_of(selection.scale, rows_.values)),
      holdout_(selection.holdout),
      where_(std::move(where)) {
  if (holdout_ >= rows_.count)
    throw ConfigError(fmt::format("{}/holdout is {}", where_, holdout_),
                      fmt::format("'{}' has {} rows{}", rows_.source, rows_.count,
                                  selection.limit > 0 ? " within " + where_ + "/limit" : ""),
                      "leave at least one row for the trials");
}

std::optional<std::uint32_t> FiniteDataset::rows(Part part) const {
  return part == Part::kHoldout ? holdout_ : rows_.count - holdout_;
}

Sample FiniteDataset::draw(Stream& stream, std::uint32_t count, Part part) const {
  const std::uint32_t available = *rows(part);
  if (count > available)
    throw ConfigError(
        fmt::format("cannot draw {} distinct rows of '{}'", count, rows_.source),
        fmt::format("its {} part has {}", part == Part::kHoldout ? "holdout" : "trials", available),
        fmt::format("lower /data_points or change {}/holdout", where_));
  return rows_at(sample_without_replacement(stream, available, count), part);
}

Sample FiniteDataset::rows_at(std::span<const std::uint32_t> chosen, Part part) const {
  const auto width = static_cast<std::size_t>(rows_.shape.size());
  Sample sample{Matrix(static_cast<Index>(chosen.size()), rows_.shape.size()), {}};
  std::visit(
      [&](const auto& values) {
        double* target = sample.inputs.data();
        for (const std::uint32_t row : chosen) {
          const auto* source = values.data() + (first_row(part) + row) * width;
          target = std::transform(source, source + width, target, [this](auto value) {
            return static_cast<double>(value) / divisor_;
          });
        }
      },
      rows_.values);
  sample.labels = labels_at(chosen, part);
  return sample;
}

std::vector<std::int32_t> FiniteDataset::labels_at(std::span<const std::uint32_t> chosen,
                                                   Part part) const {
  if (rows_.labels.empty()) return {};
  std::vector<std::int32_t> labels;
  labels.reserve(chosen.size());
  for (const std::uint32_t row : chosen) labels.push_back(rows_.labels[first_row(part) + row]);
  return labels;
}

bool FiniteDataset::looks_like_bytes() const {
  if (divisor_ != 1.0) return false;
  return std::visit(
      [](const auto& values) {
        double largest = 0.0;
        for (const double value : std::span(values).first(std::min(values.size(), kEnough))) {
          if (value < 0 || value > kLargestByte || value != std::floor(value)) return false;
          largest = std::max(largest, value);
        }
        return largest > kLargestByte / 2;
      },
      rows_.values);
}

void FiniteDataset::check_labels(Index classes) const {
  const auto beyond = std::find_if(rows_.labels.begin(), rows_.labels.end(),
                                   [&](std::int32_t label) { return label >= classes; });
  if (beyond == rows_.labels.end()) return;
  throw DataError(
      fmt::format("{}: the labels of '{}' do not fit the model", where_, rows_.source),
      fmt::format("row {} has the label {}, the model has {} outputs",
                  beyond - rows_.labels.begin(), *beyond, classes),
      fmt::format("labels are numbers from 0 to {}; subtract 1 if yours begin at 1", classes - 1));
}

std::uint32_t rows_to_read(const Selection& selection, std::uint64_t available,
                           const std::string& source, const std::string& where) {
  const std::string problem = fmt::format("cannot read '{}'", source);
  if (available == 0) throw DataError(problem, "it has no rows", "check the file");
  if (selection.limit > available)
    throw ConfigError(fmt::format("{}/limit is {}", where, selection.limit),
                      fmt::format("'{}' has {} rows", source, available),
                      "lower it, or give 0 for all rows");
  const std::uint64_t count = selection.limit > 0 ? selection.limit : available;
  if (count > std::numeric_limits<std::uint32_t>::max())
    throw DataError(problem, fmt::format("{} rows are more than 2^32", count),
                    "set " + where + "/limit");
  return static_cast<std::uint32_t>(count);
}

void check_label_count(std::uint64_t labels, const std::string& label_source, std::uint64_t rows,
                       const std::string& row_source) {
  if (labels != rows)
    throw DataError(fmt::format("'{}' does not fit '{}'", label_source, row_source),
                    fmt::format("{} labels for {} rows", labels, rows),
                    "give the two files that belong together");
}

Shape row_shape(std::span<const std::uint64_t> extents) {
  Shape shape;
  for (std::size_t i = 1; i < extents.size(); ++i)
    shape.extents.push_back(static_cast<Index>(extents[i]));
  if (shape.extents.empty()) shape.extents.push_back(1);
  return shape;
}

void check_finite(std::span<const double> values, std::uint64_t row_size, std::uint64_t first_row,
                  const std::string& source) {
  const auto bad = std::find_if_not(values.begin(), values.end(),
                                    [](double value) { return std::isfinite(value); });
  if (bad == values.end()) return;
  const auto position = static_cast<std::uint64_t>(bad - values.begin());
  throw DataError(fmt::format("cannot use '{}'", source),
                  fmt::format("row {} has the value {}", first_row + position / row_size, *bad),
                  "remove or repair that row");
}

std::vector<std::int32_t> to_labels(std::span<const double> numbers, const std::string& source) {
  std::vector<std::int32_t> labels;
  labels.reserve(numbers.size());
  for (const double number : numbers) {
    if (!(number >= 0 && number <= std::numeric_limits<std::int32_t>::max() &&
          number == std::floor(number)))
      throw DataError(fmt::format("cannot use the labels of '{}'", source),
                      fmt::format("row {} has the label {}", labels.size(), number),
                      "labels are whole numbers from 0 to 2147483647");
    labels.push_back(static_cast<std::int32_t>(number));
  }
  return labels;
}

void require_name(const std::string& value, const std::string& member) {
  if (value.empty())
    throw ConfigError(member + " is missing", "it has no default", "name a file or dataset");
}

}  // namespace laggard::data
