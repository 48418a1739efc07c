#include "faults/trace_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "core/error.hpp"
#include "core/records.hpp"
#include "core/text.hpp"
#include "faults/distributions.hpp"
#include "hdf5/table.hpp"

namespace laggard::faults {
namespace {

constexpr std::uint32_t kMissing = 0xFFFFFFFF;
constexpr std::uint8_t kUsed = 0;  // among the statuses of a result

/// Columns that a table lacks keep these values.
struct Row {
  std::uint32_t worker = kMissing;
  std::uint32_t round = kMissing;
  std::uint32_t trial = kMissing;
  std::uint32_t point = kMissing;
  double seconds = kNaN;
  double arrival_s = kNaN;
  double compute_s = kNaN;
  std::uint8_t status = kUsed;
};

std::vector<Column> columns() {
  return {column<Row>("worker", &Row::worker, "from 0"),
          column<Row>("round", &Row::round, "of a trace"),
          column<Row>("trial", &Row::trial, "of a result file"),
          column<Row>("point", &Row::point, "of a result file"),
          column<Row>("seconds", &Row::seconds, "of a trace", "s"),
          column<Row>("arrival_seconds", &Row::arrival_s, "of a result file", "s"),
          column<Row>("compute_seconds", &Row::compute_s, "of a result file", "s"),
          column<Row>("status", &Row::status, "of a result file")};
}

/// Of a result.
struct Waited {
  std::uint32_t point = kMissing;
  std::uint32_t trial = kMissing;
  double collect_s = kNaN;
};

/// How long the master waited in each trial of a point, where the result tells.
std::map<std::uint32_t, Seconds> waited(const hdf5::File& file, std::uint32_t point) {
  std::map<std::uint32_t, Seconds> waited_s;
  const std::string table(TrialRecord::kTable);
  if (!file.exists(table)) return waited_s;
  std::vector<Waited> trials(hdf5::table_size(file, table));
  const std::vector<Column> columns{column<Waited>("point", &Waited::point, ""),
                                    column<Waited>("trial", &Waited::trial, ""),
                                    column<Waited>("collect_seconds", &Waited::collect_s, "", "s")};
  hdf5::read_table(file, table, trials.data(), sizeof(Waited), trials.size(), columns);
  for (const Waited& trial : trials)
    if (trial.point == point && kDuration.contains(trial.collect_s))
      waited_s[trial.trial] = trial.collect_s;
  return waited_s;
}

}  // namespace

void refuse_repeated(const std::vector<Measurement>& rows, const std::string& path) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) {
    return std::tuple(rows[i].worker, rows[i].round, rows[i].line);
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const Measurement &first = rows[order[i - 1]], &again = rows[order[i]];
    if (again.same_place(first))
      throw DataError(fmt::format("{}:{}", path, again.line),
                      fmt::format("worker {}, round {} was given in line {} already", again.worker,
                                  again.round, first.line),
                      "a trace has each combination of worker and round once, both from 0");
  }
}

std::vector<Measurement> read_trace_table(const std::string& path, const std::string& table,
                                          std::uint32_t point) {
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  const auto refuse = [&](const std::string& why, const std::string& remedy) {
    throw DataError(fmt::format("cannot replay '{}' of '{}'", table, path), why, remedy);
  };
  const std::vector<std::string> names = hdf5::column_names(file, table);
  const auto has = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const bool result = !has("round");  // /workers of a run
  if (!has("worker") || !has(result ? "trial" : "round") ||
      !has(result ? "arrival_seconds" : "seconds"))
    refuse(fmt::format("its columns are {}", clip(fmt::format("{}", fmt::join(names, ", ")), 200)),
           "a trace has the columns worker, round, seconds, and /workers of a result has worker, "
           "trial, arrival_seconds");
  std::vector<Row> rows(hdf5::table_size(file, table));
  hdf5::read_table(file, table, rows.data(), sizeof(Row), rows.size(), columns());
  std::vector<Measurement> trace;
  std::map<std::uint32_t, Seconds> waited_s;  // by round
  if (result) waited_s = waited(file, point);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (result && row.point != kMissing && row.point != point) continue;
    Measurement line{row.worker, result ? row.trial : row.round,
                     result ? row.arrival_s : row.seconds, i, row.compute_s};
    if (line.worker == kMissing || line.round == kMissing)
      refuse(fmt::format("row {} was never written", i), "resume the run that writes it");
    line.answered = kDuration.contains(line.seconds);
    if (line.answered && row.status == kUsed)
      waited_s[line.round] = std::max(waited_s[line.round], line.seconds);
    trace.push_back(line);
  }
  for (Measurement& line : trace)
    if (!line.answered) line.seconds = waited_s[line.round];
  if (trace.empty())
    refuse(fmt::format("it has no rows of point {}", point), "choose another /delay/point");
  refuse_repeated(trace, path);
  return trace;
}

}  // namespace laggard::faults
