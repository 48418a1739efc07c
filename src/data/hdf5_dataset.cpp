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

/// How stored numbers stand for others, by the attributes of the CF and netCDF conventions.
class Packing {
 public:
  Packing(const hdf5::File& file, const std::string& dataset, const hdf5::DatasetInfo& info)
      : source_(name_of(file, dataset)) {
    const auto number = [&](const char* name) { return file.number_attribute(dataset, name); };
    const auto factor = number("scale_factor"), offset = number("add_offset");
    packed_ = factor || offset;
    factor_ = factor.value_or(1.0);
    offset_ = offset.value_or(0.0);
    // Single precision knows 1e20 only rounded; the attribute may have it as it was.
    const bool single = !info.integer && info.element_bytes == sizeof(float);
    for (const char* name : {"_FillValue", "missing_value"})
      if (const auto value = number(name))
        missing_.push_back({name, single ? static_cast<float>(*value) : *value});
  }

  bool packed() const { return packed_; }

  /// Errors: DataError naming the row if a value says that there is none.
  void unpack(std::span<double> values, std::uint64_t row_size, std::uint64_t first_row) const {
    for (const auto& [name, marker] : missing_)
      if (const auto found = std::find(values.begin(), values.end(), marker); found != values.end())
        throw DataError(
            fmt::format("cannot use '{}'", source_),
            fmt::format("row {} has the value {}, which its attribute {} says is missing",
                        first_row + static_cast<std::uint64_t>(found - values.begin()) / row_size,
                        marker, name),
            "remove that row, or give it a value");
    if (!packed_) return;
    for (double& value : values) value = value * factor_ + offset_;
  }

 private:
  struct Marker {
    const char* name;
    double value;
  };

  std::string source_;
  bool packed_ = false;
  double factor_ = 1.0, offset_ = 0.0;
  std::vector<Marker> missing_;
};

/// The first `count` rows, block by block so that the doubles of all of them never exist at once.
template <class Value>
std::vector<Value> read_values(const hdf5::File& file, const std::string& dataset,
                               std::uint64_t count, std::uint64_t row_size,
                               const Packing& packing) {
  std::vector<Value> values;
  values.reserve(count * row_size);
  const std::uint64_t block = std::max<std::uint64_t>(1, kBlockValues / row_size);
  for (std::uint64_t first = 0; first < count; first += block) {
    std::vector<double> part = file.read_rows(dataset, first, std::min(block, count - first));
    packing.unpack(part, row_size, first);
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
  std::vector<double> numbers = file.read_rows(dataset, 0, count);
  Packing(file, dataset, info).unpack(numbers, 1, 0);
  return to_labels(numbers, source);
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
  const Packing packing(file, config.inputs, info);
  const auto read = [&]<class Value>(Value) {
    return read_values<Value>(file, config.inputs, rows.count, row_size, packing);
  };
  // A float holds every float and every integer of 16 bits exactly.
  if (packing.packed())
    rows.values = read(double{});
  else if (info.unsigned_bytes)
    rows.values = read(std::uint8_t{});
  else if (info.element_bytes <= (info.integer ? sizeof(std::uint16_t) : sizeof(float)))
    rows.values = read(float{});
  else
    rows.values = read(double{});
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
