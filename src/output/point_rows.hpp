// Rows of a file that name their point.
#pragma once

#include <string>
#include <vector>

#include "hdf5/table.hpp"

namespace laggard::output {

/// The rows of a table whose points are among the first `points`. A killed run leaves rows that
/// were never written, whose point is none. Errors: DataError.
template <class Row>
std::vector<Row> read_point_rows(const hdf5::File& file, std::size_t points) {
  std::vector<Row> rows = hdf5::read_rows<Row>(file, std::string(Row::kTable));
  std::erase_if(rows, [&](const Row& row) { return row.point >= points; });
  return rows;
}

}  // namespace laggard::output
