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

/// Reads `count` values of type `Stored` and keeps them as `Kept`, which must hold them exactly.
/// Floating-point values that are not finite are errors.
template <class Stored, class Kept>
std::vector<Kept> read_values(InputFile& file, std::uint64_t count, std::uint64_t row_size) {
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
          check_finite({&number, 1}, row_size, values.size() / row_size, file.path());
      }
      values.push_back(static_cast<Kept>(value));
    }
  }
  return values;
}

/// Keeps each type in the smallest of the three types of `Values` that holds it; integers of more
/// than 53 bits are rounded to double.
Values read_values(InputFile& file, const NpyHeader& header, std::uint64_t count,
                   std::uint64_t row_size) {
  const bool is_signed = header.type == 'i';
  if (header.type == 'f')
    return header.size == 4 ? Values(read_values<float, float>(file, count, row_size))
                            : Values(read_values<double, double>(file, count, row_size));
  switch (header.size) {
    case 1:
      return is_signed ? Values(read_values<std::int8_t, float>(file, count, row_size))
                       : Values(read_values<std::uint8_t, std::uint8_t>(file, count, row_size));
    case 2:
      return is_signed ? read_values<std::int16_t, float>(file, count, row_size)
                       : read_values<std::uint16_t, float>(file, count, row_size);
    case 4:
      return is_signed ? read_values<std::int32_t, double>(file, count, row_size)
                       : read_values<std::uint32_t, double>(file, count, row_size);
    default:
      return is_signed ? read_values<std::int64_t, double>(file, count, row_size)
                       : read_values<std::uint64_t, double>(file, count, row_size);
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

/// The values of the first `count` rows; checks that the others are there and nothing else.
Values read_rows(InputFile& file, const NpyHeader& header, std::uint32_t count) {
  const std::uint64_t row_size = checked_product(std::span(header.extents).subspan(1));
  Values values = read_values(file, header, count * row_size, row_size);
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
