#include "faults/trace_delay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/error.hpp"
#include "faults/distributions.hpp"
#include "faults/trace_lines.hpp"
#include "hdf5/file.hpp"

namespace laggard::faults {
namespace {

[[noreturn]] void refuse_trace(const std::string& where, const std::string& why) {
  throw DataError(where, why, "a trace has each combination of worker and round once, both from 0");
}

void fill_missing(std::vector<Measurement>& rows, const std::string& file, Seconds missing_s) {
  for (Measurement& row : rows) {
    if (row.answered) continue;
    if (missing_s == 0.0)
      throw DataError(
          fmt::format("{}:{}", file, row.line),
          fmt::format("worker {} has no time in round {}", row.worker, row.round),
          "set missing_seconds beside the name of the file to a time beyond your deadline, which "
          "then stands for every answer that never came");
    row.seconds = missing_s;
  }
}

}  // namespace

void TraceDelay::Config::fields(Fields& fields) {
  fields.text(
      {"file",
       "CSV file with lines worker,round,seconds, in another order and unit if a header names the "
       "columns (worker,round,elapsed_ms), or with a column for each worker; what sacct "
       "--parsable2 prints; or an HDF5 file. With more workers or trials than it has, it begins "
       "again"},
      file);
  fields.text(
      {"unit",
       "unit of the times in a CSV file; auto: as its header says, or seconds without a header"},
      unit, time_units());
  fields.text(
      {"table", "table of an HDF5 file: /workers of a result, or another table with these columns"},
      table);
  fields.integer({"point", "point of the sweep whose rows of /workers are replayed"}, point);
  fields.number(
      {"missing_seconds",
       "delay that stands for an answer that never came; 0: a trace without it is refused"},
      missing_s, kDuration);
}

TraceDelay::TraceDelay(Config config) {
  if (config.file.empty())
    throw ConfigError("/delay/file is empty", "the delays are measured ones",
                      "name a CSV file with lines worker,round,seconds, or an HDF5 file");
  const bool table = hdf5::is_hdf5(config.file);
  if (table && config.unit != "auto" && config.unit != "s")
    throw ConfigError(fmt::format("/delay/unit is '{}'", config.unit),
                      fmt::format("the tables of '{}' are in seconds", config.file),
                      "set it to \"auto\"");
  std::vector<Measurement> rows =
      table ? read_trace_table(config.file, config.table, config.point)
            : read_trace_lines(config.file, config.unit, "check /delay/file");
  fill_missing(rows, config.file, config.missing_s);
  std::sort(rows.begin(), rows.end(), [](const Measurement& a, const Measurement& b) {
    return std::tie(a.worker, a.round) < std::tie(b.worker, b.round);
  });
  // Sorted rows must run through all combinations. Nothing is allocated by the largest index,
  // which a single wrong line could make huge.
  const std::uint64_t workers = std::uint64_t{rows.back().worker} + 1;
  std::uint64_t rounds = 0;
  for (const Measurement& row : rows) rounds = std::max(rounds, std::uint64_t{row.round} + 1);
  for (std::uint64_t i = 0; i < rows.size(); ++i)
    if (rows[i].worker != i / rounds || rows[i].round != i % rounds)
      refuse_trace(config.file,
                   fmt::format("worker {}, round {} is missing", i / rounds, i % rounds));
  if (rows.size() != workers * rounds)
    refuse_trace(config.file, fmt::format("worker {}, round {} is missing", rows.size() / rounds,
                                          rows.size() % rounds));

  // All combinations are there, so both counts are at most the number of lines.
  workers_ = static_cast<std::uint32_t>(workers);
  rounds_ = static_cast<std::uint32_t>(rounds);
  seconds_.reserve(rows.size());
  for (const Measurement& row : rows) seconds_.push_back(row.seconds);
  for (auto row = seconds_.begin(); row != seconds_.end(); row += rounds_)
    means_.push_back(std::accumulate(row, row + rounds_, 0.0) / rounds_);
}

Seconds TraceDelay::sample(const Address& at) const {
  const std::size_t row = at.worker % workers_;
  const std::uint64_t round = std::uint64_t{at.trial} + at.step;
  return seconds_[row * rounds_ + round % rounds_];
}

}  // namespace laggard::faults
