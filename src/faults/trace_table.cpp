#include "faults/trace_table.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "faults/distributions.hpp"
#include "hdf5/table.hpp"

namespace laggard::faults {
namespace {

constexpr std::uint32_t kMissing = 0xFFFFFFFF;

/// Columns that a table lacks keep these values.
struct Row {
  std::uint32_t worker = kMissing;
  std::uint32_t round = kMissing;
  std::uint32_t trial = kMissing;
  std::uint32_t point = kMissing;
  double seconds = kNaN;
  double arrival_s = kNaN;
};

std::vector<Column> columns() {
  return {column<Row>("worker", &Row::worker, "from 0"),
          column<Row>("round", &Row::round, "of a trace"),
          column<Row>("trial", &Row::trial, "of a result file"),
          column<Row>("point", &Row::point, "of a result file"),
          column<Row>("seconds", &Row::seconds, "of a trace", "s"),
          column<Row>("arrival_seconds", &Row::arrival_s, "of a result file", "s")};
}

}  // namespace

std::vector<Measurement> read_trace_table(const std::string& path, const std::string& table,
                                          std::uint32_t point) {
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  std::vector<Row> rows(hdf5::table_size(file, table));
  hdf5::read_table(file, table, rows.data(), sizeof(Row), rows.size(), columns());
  const auto refuse = [&](const std::string& why, const std::string& remedy) {
    throw DataError(fmt::format("cannot replay '{}' of '{}'", table, path), why, remedy);
  };
  std::vector<Measurement> trace;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const bool result = row.round == kMissing;  // /workers of a run
    if (result && row.point != kMissing && row.point != point) continue;
    const Measurement line{row.worker, result ? row.trial : row.round,
                           result ? row.arrival_s : row.seconds, i};
    if (line.worker == kMissing || line.round == kMissing)
      refuse("it has no columns worker, round, seconds",
             "name the table in /delay/table; /workers of a result will do");
    if (!kDuration.contains(line.seconds))
      refuse(fmt::format("worker {} has no time of arrival in round {}", line.worker, line.round),
             "record a run in which everybody answers");
    trace.push_back(line);
  }
  if (trace.empty())
    refuse(fmt::format("it has no rows of point {}", point), "choose another /delay/point");
  return trace;
}

}  // namespace laggard::faults
