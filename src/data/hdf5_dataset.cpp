#include "data/hdf5_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "hdf5/file.hpp"

namespace laggard::data {
namespace {

/// Values read at a time: bounds the memory for the conversion to double.
constexpr std::uint64_t kBlockValues = 1U << 22;

std::string name_of(const hdf5::File& file, const std::string& dataset) {
  return fmt::format("{}:{}", file.path(), dataset);
}

hdf5::DatasetInfo checked_info(const hdf5::File& file, const std::string& dataset) {
  hdf5::DatasetInfo info = file.info(dataset);
  const std::string problem = fmt::format("cannot read '{}'", name_of(file, dataset));
  if (info.extents.empty())
    throw DataError(problem, "it is a single number", "the first extent counts the inputs");
  if (info.elements() == 0)
    throw DataError(problem, "it has no values", "check how the file was written");
  return info;
}

/// The first `count` rows, block by block so that the doubles of all of them never exist at once.
template <class Value>
std::vector<Value> read_values(const hdf5::File& file, const std::string& dataset,
                               std::uint64_t count, std::uint64_t row_size) {
  std::vector<Value> values;
  values.reserve(count * row_size);
  const std::uint64_t block = std::max<std::uint64_t>(1, kBlockValues / row_size);
  for (std::uint64_t first = 0; first < count; first += block) {
    const std::vector<double> part = file.read_rows(dataset, first, std::min(block, count - first));
    check_finite(part, row_size, first, name_of(file, dataset));
    for (const double value : part) values.push_back(static_cast<Value>(value));
  }
  return values;
}

std::vector<std::int32_t> read_labels(const hdf5::File& file, const std::string& dataset,
                                      std::uint64_t inputs, const std::string& input_source,
                                      std::uint32_t count) {
  const hdf5::DatasetInfo info = checked_info(file, dataset);
  const std::string source = name_of(file, dataset);
  if (!info.integer || info.extents.size() != 1)
    throw DataError(fmt::format("cannot use the labels of '{}'", source),
                    info.integer ? fmt::format("it has {} dimensions", info.extents.size())
                                 : std::string("it does not hold integers"),
                    "labels are one integer per input");
  check_label_count(info.extents[0], source, inputs, input_source);
  return to_labels(file.read_rows(dataset, 0, count), source);
}

Rows load(const Hdf5Dataset::Config& config, const std::string& where) {
  require_name(config.file, where + "/file");
  require_name(config.inputs, where + "/inputs");
  const hdf5::File file(config.file, hdf5::Access::kReadOnly);
  const hdf5::DatasetInfo info = checked_info(file, config.inputs);
  Rows rows;
  rows.source = name_of(file, config.inputs);
  rows.count = rows_to_read(config, info.extents[0], rows.source, where);
  rows.shape = row_shape(info.extents);
  const auto row_size = static_cast<std::uint64_t>(rows.shape.size());
  // A float holds every float and every integer of 16 bits exactly.
  if (info.element_bytes <= (info.integer ? sizeof(std::uint16_t) : sizeof(float)))
    rows.values = read_values<float>(file, config.inputs, rows.count, row_size);
  else
    rows.values = read_values<double>(file, config.inputs, rows.count, row_size);
  if (!config.labels.empty())
    rows.labels = read_labels(file, config.labels, info.extents[0], rows.source, rows.count);
  return rows;
}

}  // namespace

void Hdf5Dataset::Config::fields(Fields& fields) {
  fields.text({"file", "HDF5 file"}, file);
  fields.text({"inputs", "path of the dataset with one input per row"}, inputs);
  fields.text({"labels", "path of the dataset with one class number per row; \"\": none"}, labels);
  Selection::fields(fields);
}

Hdf5Dataset::Hdf5Dataset(const Config& config, const std::string& where)
    : FiniteDataset(load(config, where), config, where) {}

}  // namespace laggard::data
