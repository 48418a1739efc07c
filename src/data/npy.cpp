#include "data/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "core/error.hpp"
#include "data/npy_header.hpp"

namespace laggard::data {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

constexpr std::uint64_t kBlockBytes = 1U << 22;

/// Which row the value at a place of the file belongs to.
struct Places {
  std::uint64_t rows;
  std::uint64_t row_size;
  bool fortran_order;

  std::uint64_t row_of(std::uint64_t place) const {
    return fortran_order ? place % rows : place / row_size;
  }
};

/// Reads `count` values of type `Stored` and keeps them as `Kept`, which must hold them exactly.
/// Floating-point values that are not finite are errors.
template <class Stored, class Kept>
std::vector<Kept> read_values(InputFile& file, std::uint64_t count, const Places& places) {
  std::vector<Kept> values;
  values.reserve(count);
  const std::uint64_t block = std::max<std::uint64_t>(1, kBlockBytes / sizeof(Stored));
  std::vector<std::uint8_t> bytes;
  while (values.size() < count) {
    const std::uint64_t part = std::min<std::uint64_t>(block, count - values.size());
    bytes.resize(part * sizeof(Stored));
    file.read(bytes, "values");
    for (std::size_t i = 0; i < part; ++i) {
      Stored value;
      std::memcpy(&value, bytes.data() + i * sizeof(Stored), sizeof(Stored));
      if constexpr (std::is_floating_point_v<Stored>) {
        const double number = value;
        if (!std::isfinite(number))
          check_finite({&number, 1}, places.row_size, places.row_of(values.size()), file.path());
      }
      values.push_back(static_cast<Kept>(value));
    }
  }
  return values;
}

/// Keeps each type in the smallest of the three types of `Values` that holds it; integers of more
/// than 53 bits are rounded to double.
Values read_values(InputFile& file, const NpyHeader& header, std::uint64_t count,
                   const Places& places) {
  const bool is_signed = header.type == 'i';
  if (header.type == 'f')
    return header.size == 4 ? Values(read_values<float, float>(file, count, places))
                            : Values(read_values<double, double>(file, count, places));
  switch (header.size) {
    case 1:
      return is_signed ? Values(read_values<std::int8_t, float>(file, count, places))
                       : Values(read_values<std::uint8_t, std::uint8_t>(file, count, places));
    case 2:
      return is_signed ? read_values<std::int16_t, float>(file, count, places)
                       : read_values<std::uint16_t, float>(file, count, places);
    case 4:
      return is_signed ? read_values<std::int32_t, double>(file, count, places)
                       : read_values<std::uint32_t, double>(file, count, places);
    default:
      return is_signed ? read_values<std::int64_t, double>(file, count, places)
                       : read_values<std::uint64_t, double>(file, count, places);
  }
}

/// The header, checked against the size of the file.
NpyHeader checked_header(InputFile& file) {
  NpyHeader header = read_npy_header(file);
  if (header.extents.empty()) file.fail("it is a single number", "save an array");
  std::vector<std::uint64_t> factors = header.extents;
  factors.push_back(header.size);
  const std::uint64_t bytes = checked_product(factors);
  if (bytes == 0) file.fail("its shape has no elements");
  file.promise(bytes, "values");
  return header;
}

/// The first `count` rows of an array in Fortran order, row after row.
template <class Value>
std::vector<Value> transposed(const std::vector<Value>& values,
                              std::span<const std::uint64_t> extents, std::uint32_t count) {
  const std::uint64_t rows = extents[0], row_size = values.size() / rows;
  std::vector<Value> result(count * row_size);
  std::vector<std::uint64_t> index(extents.size(), 0);  // of a place within a row
  for (std::uint64_t from = 0; from < row_size; ++from) {
    std::uint64_t to = 0;
    for (std::size_t i = 1; i < extents.size(); ++i) to = to * extents[i] + index[i];
    for (std::uint32_t row = 0; row < count; ++row)
      result[row * row_size + to] = values[from * rows + row];
    for (std::size_t i = 1; i < extents.size() && ++index[i] == extents[i]; ++i) index[i] = 0;
  }
  return result;
}

/// The values of the first `count` rows; checks that the others are there and nothing else.
Values read_rows(InputFile& file, const NpyHeader& header, std::uint32_t count) {
  const std::uint64_t row_size = checked_product(std::span(header.extents).subspan(1));
  const Places places{header.extents[0], row_size, header.fortran_order};
  if (header.fortran_order) {
    const Values all = read_values(file, header, header.extents[0] * row_size, places);
    file.finish();
    return std::visit(
        [&](const auto& values) { return Values(transposed(values, header.extents, count)); }, all);
  }
  Values values = read_values(file, header, count * row_size, places);
  file.skip((header.extents[0] - count) * row_size * header.size, "values");
  file.finish();
  return values;
}

std::vector<std::int32_t> read_labels(const std::string& path, std::uint64_t inputs,
                                      const std::string& input_source, std::uint32_t count) {
  InputFile file(path);
  const NpyHeader header = checked_header(file);
  if (header.type == 'f' || header.extents.size() != 1)
    throw DataError(fmt::format("cannot use the labels of '{}'", path),
                    header.type == 'f' ? std::string("it does not hold integers")
                                       : fmt::format("it has {} dimensions", header.extents.size()),
                    "labels are one integer per input");
  check_label_count(header.extents[0], path, inputs, input_source);
  const Values values = read_rows(file, header, count);
  std::vector<double> numbers;
  std::visit([&](const auto& list) { numbers.assign(list.begin(), list.end()); }, values);
  return to_labels(numbers, path);
}

Rows load(const Npy::Config& config, const std::string& where) {
  require_name(config.inputs, where + "/inputs");
  InputFile file(config.inputs);
  const NpyHeader header = checked_header(file);
  Rows rows;
  rows.source = config.inputs;
  rows.count = rows_to_read(config, header.extents[0], rows.source, where);
  rows.shape = row_shape(header.extents);
  rows.values = read_rows(file, header, rows.count);
  if (!config.labels.empty())
    rows.labels = read_labels(config.labels, header.extents[0], rows.source, rows.count);
  return rows;
}

}  // namespace

void Npy::Config::fields(Fields& fields) {
  fields.text({"inputs", ".npy file with one input per row, plain or .gz"}, inputs);
  fields.text({"labels", ".npy file with one class number per row; \"\": none"}, labels);
  Selection::fields(fields);
}

Npy::Npy(const Config& config, const std::string& where)
    : FiniteDataset(load(config, where), config, where) {}

}  // namespace laggard::data
