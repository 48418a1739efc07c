// Rows of a file that name their point.
#pragma once

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "hdf5/table.hpp"

namespace laggard::output {

/// The rows of a table with one for each trial of a point, of the first `points`. A killed run
/// leaves rows that were never written, whose point is none. Errors: DataError, also for a trial
/// that is there twice: it would narrow every interval.
template <class Row>
std::vector<Row> read_point_rows(const hdf5::File& file, std::size_t points) {
  const std::string table(Row::kTable);
  std::vector<Row> rows = hdf5::read_rows<Row>(file, table);
  std::erase_if(rows, [&](const Row& row) { return row.point >= points; });
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const Row& row : rows)
    if (!seen.insert({row.point, row.trial}).second)
      throw DataError(fmt::format("cannot read {} of '{}'", table, file.path()),
                      fmt::format("trial {} of point {} is there twice", row.trial, row.point),
                      "the file was changed or damaged; run the experiment again");
  return rows;
}

}  // namespace laggard::output
