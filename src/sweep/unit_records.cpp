#include "sweep/unit_records.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace laggard::sweep {
namespace {

enum class Record : std::uint8_t { kRows, kArrays };

/// How a member of Arrays is stored.
enum class Values : std::uint8_t { kMatrix, kIntegers };

}  // namespace

void Packer::put(const Matrix& matrix) {
  put(static_cast<std::int64_t>(matrix.rows()));
  put(static_cast<std::int64_t>(matrix.cols()));
  bytes_.append(reinterpret_cast<const char*>(matrix.data()),
                static_cast<std::size_t>(matrix.size()) * sizeof(double));
}

std::string_view Unpacker::get_bytes(std::size_t count) {
  if (count > bytes_.size()) throw std::logic_error("a message between ranks is too short");
  const std::string_view found = bytes_.substr(0, count);
  bytes_.remove_prefix(count);
  return found;
}

void Unpacker::copy(void* to, std::size_t size) {
  const std::string_view from = get_bytes(size);
  if (size == 0) return;  // memcpy takes no null pointer, not even for nothing
  std::memcpy(to, from.data(), size);
}

Matrix Unpacker::get_matrix() {
  const auto rows = get<std::int64_t>(), columns = get<std::int64_t>();
  Matrix matrix(rows, columns);
  copy(matrix.data(), static_cast<std::size_t>(matrix.size()) * sizeof(double));
  return matrix;
}

void RecordPacker::add(const TableSpec& table, const void* rows, std::size_t count) {
  const auto found = std::find_if(layout_.tables.begin(), layout_.tables.end(),
                                  [&](const Layout::Table& known) { return known.spec == &table; });
  if (found == layout_.tables.end()) return;
  packer_.put(Record::kRows);
  packer_.put(static_cast<std::uint32_t>(found - layout_.tables.begin()));
  packer_.put(static_cast<std::uint64_t>(count));
  packer_.put_bytes(rows, count * table.row_size);
}

void RecordPacker::add(Arrays arrays) {
  const auto found =
      std::find_if(layout_.groups.begin(), layout_.groups.end(),
                   [&](const Layout::Group& known) { return known.group == arrays.group; });
  if (found == layout_.groups.end()) return;
  packer_.put(Record::kArrays);
  packer_.put(static_cast<std::uint32_t>(found - layout_.groups.begin()));
  packer_.put(arrays.point);
  packer_.put(arrays.trial);
  packer_.put(static_cast<std::uint64_t>(arrays.members.size()));
  for (const Arrays::Member& member : arrays.members) {
    packer_.put(member.name);
    if (const auto* matrix = std::get_if<Matrix>(&member.values)) {
      packer_.put(Values::kMatrix);
      packer_.put(*matrix);
    } else {
      packer_.put(Values::kIntegers);
      packer_.put_all(std::get<std::vector<std::uint32_t>>(member.values));
    }
  }
}

namespace {

Arrays unpack_arrays(Unpacker& unpacker, const Layout& layout) {
  Arrays arrays;
  arrays.group = layout.groups.at(unpacker.get<std::uint32_t>()).group;
  arrays.point = unpacker.get<std::uint32_t>();
  arrays.trial = unpacker.get<std::uint32_t>();
  arrays.members.resize(unpacker.get<std::uint64_t>());
  for (Arrays::Member& member : arrays.members) {
    member.name = unpacker.get_text();
    if (unpacker.get<Values>() == Values::kMatrix)
      member.values = unpacker.get_matrix();
    else
      member.values = unpacker.get_all<std::uint32_t>();
  }
  return arrays;
}

}  // namespace

Unpacked unpack_records(std::string_view bytes, const Layout& layout, ResultSink& sink) {
  Unpacker unpacker(bytes);
  Unpacked found;
  while (!unpacker.empty()) {
    if (unpacker.get<Record>() == Record::kArrays) {
      sink.add(unpack_arrays(unpacker, layout));
      continue;
    }
    const Layout::Table& table = layout.tables.at(unpacker.get<std::uint32_t>());
    const auto count = unpacker.get<std::uint64_t>();
    sink.add(*table.spec, unpacker.get_bytes(count * table.spec->row_size).data(), count);
    if (table.role == TableRole::kUnit) found.units += static_cast<std::uint32_t>(count);
    if (table.role == TableRole::kLog) found.entries += static_cast<std::uint32_t>(count);
  }
  return found;
}

}  // namespace laggard::sweep
