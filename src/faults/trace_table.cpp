#include "faults/trace_table.hpp"

#include <fmt/format.h>

#include <cstddef>

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

std::vector<hdf5::Column> columns() {
  using hdf5::Scalar;
  return {{"worker", offsetof(Row, worker), Scalar::kU32, ""},
          {"round", offsetof(Row, round), Scalar::kU32, ""},
          {"trial", offsetof(Row, trial), Scalar::kU32, ""},
          {"point", offsetof(Row, point), Scalar::kU32, ""},
          {"seconds", offsetof(Row, seconds), Scalar::kF64, "s"},
          {"arrival_seconds", offsetof(Row, arrival_s), Scalar::kF64, "s"}};
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
