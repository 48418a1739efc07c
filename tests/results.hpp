// Reads the tables of result files for comparison.
#pragma once

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hdf5/table.hpp"
#include "output/points.hpp"

namespace laggard::testing {

/// The values of every row as bytes, without the padding of the struct, in the order of the file.
template <class Row>
std::vector<std::string> packed_rows(const hdf5::File& file, const std::string& dataset) {
  std::vector<std::string> packed;
  for (const Row& row : hdf5::read_rows<Row>(file, dataset)) {
    std::string bytes;
    for (const Column& column : Row::columns()) {
      const std::size_t size = column.type == Scalar::kF64   ? 8
                               : column.type == Scalar::kU32 ? 4
                                                             : 1;
      bytes.append(reinterpret_cast<const char*>(&row) + column.offset, size);
    }
    packed.push_back(bytes);
  }
  return packed;
}

inline std::vector<TrialRecord> trials_of(const std::filesystem::path& path) {
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  return hdf5::read_rows<TrialRecord>(file, "/trials");
}

/// The order of packed rows by (point, trial).
inline bool by_unit(const std::string& a, const std::string& b) {
  const auto key = [](const std::string& row) {
    std::pair<std::uint32_t, std::uint32_t> value;
    std::memcpy(&value.first, row.data(), 4);
    std::memcpy(&value.second, row.data() + 4, 4);
    return std::pair(value, std::string_view(row));
  };
  return key(a) < key(b);
}

/// /trials as bytes, sorted by (point, trial).
inline std::vector<std::string> sorted_trials(const std::filesystem::path& path) {
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  auto rows = packed_rows<TrialRecord>(file, "/trials");
  std::sort(rows.begin(), rows.end(), by_unit);
  return rows;
}

}  // namespace laggard::testing
