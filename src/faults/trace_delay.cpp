#include "faults/trace_delay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>
#include <tuple>

#include "core/error.hpp"
#include "core/readable.hpp"
#include "core/text.hpp"
#include "faults/distributions.hpp"
#include "faults/trace_table.hpp"
#include "hdf5/file.hpp"

namespace laggard::faults {
namespace {

constexpr std::string_view kFormat =
    "a trace has lines worker,round,seconds with indices from 0, each combination once";

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
  throw DataError(where, why, std::string(kFormat));
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// Three fields between commas; nothing if there are more or fewer.
std::optional<std::array<std::string_view, 3>> split(std::string_view line) {
  std::array<std::string_view, 3> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto comma = line.find(',');
    const bool last = i + 1 == fields.size();
    if (last != (comma == std::string_view::npos)) return std::nullopt;
    fields[i] = trim(line.substr(0, comma));
    if (!last) line.remove_prefix(comma + 1);
  }
  return fields;
}

/// The whole of `text` as a number. Unlike strtod, from_chars does not depend on the locale.
template <class Number>
bool convert(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return result.ec == std::errc() && result.ptr == end;
}

std::vector<Measurement> read_lines(const std::string& path) {
  const auto refuse_file = [&](const std::string& why) {
    throw DataError(fmt::format("cannot read the trace '{}'", path), why, "check /delay/file");
  };
  if (const std::string why = why_unreadable(path); !why.empty()) refuse_file(why);
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) refuse_file(failure.message());
  std::ifstream file(path);
  if (size > TraceDelay::kLargestTrace)
    throw DataError(fmt::format("the trace '{}' is too large", path),
                    fmt::format("{} bytes, at most {}", size, TraceDelay::kLargestTrace),
                    "use fewer rounds");
  std::vector<Measurement> rows;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (trim(line).empty()) continue;
    const std::string where = fmt::format("{}:{}", path, number);
    const auto fields = split(line);
    if (!fields) refuse(where, "a line needs three fields");
    const auto& [worker, round, seconds] = *fields;
    if (number == 1 && worker == "worker" && round == "round" && seconds == "seconds") continue;
    Measurement row{.line = number};
    if (!convert(worker, row.worker))
      refuse(where, excerpt(worker) + " is not the index of a worker");
    if (!convert(round, row.round)) refuse(where, excerpt(round) + " is not the index of a round");
    if (!convert(seconds, row.seconds))
      refuse(where, excerpt(seconds) + " is not a number of seconds");
    if (!kDuration.contains(row.seconds))
      refuse(where, fmt::format("{} is not a duration from 0 to {} s", excerpt(seconds), kLongest));
    rows.push_back(row);
  }
  if (rows.empty()) refuse(path, "it holds no measurement");
  return rows;
}

}  // namespace

void TraceDelay::Config::fields(Fields& fields) {
  fields.text(
      {"file",
       "CSV file with lines worker,round,seconds, or HDF5 file; with more workers or trials "
       "than it has, it begins again"},
      file);
  fields.text({"table", "of an HDF5 file: /workers of a result, or a table with these columns"},
              table);
  fields.integer({"point", "of /workers: the point of the sweep whose workers are replayed"},
                 point);
}

TraceDelay::TraceDelay(Config config) {
  if (config.file.empty())
    throw ConfigError("/delay/file is empty", "the delays are measured ones",
                      "name a CSV file with lines worker,round,seconds, or an HDF5 file");
  std::vector<Measurement> rows = hdf5::is_hdf5(config.file)
                                      ? read_trace_table(config.file, config.table, config.point)
                                      : read_lines(config.file);
  std::sort(rows.begin(), rows.end(), [](const Measurement& a, const Measurement& b) {
    return std::tie(a.worker, a.round, a.line) < std::tie(b.worker, b.round, b.line);
  });
  // Sorted rows must run through all combinations. Nothing is allocated by the largest index,
  // which a single wrong line could make huge.
  const std::uint64_t workers = std::uint64_t{rows.back().worker} + 1;
  std::uint64_t rounds = 0;
  for (const Measurement& row : rows) rounds = std::max(rounds, std::uint64_t{row.round} + 1);
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (rows[i].same_place(rows[i - 1]))
      refuse(fmt::format("{}:{}", config.file, rows[i].line),
             fmt::format("worker {}, round {} was given in line {} already", rows[i].worker,
                         rows[i].round, rows[i - 1].line));
  for (std::uint64_t i = 0; i < rows.size(); ++i)
    if (rows[i].worker != i / rounds || rows[i].round != i % rounds)
      refuse(config.file, fmt::format("worker {}, round {} is missing", i / rounds, i % rounds));
  if (rows.size() != workers * rounds)
    refuse(config.file, fmt::format("worker {}, round {} is missing", rows.size() / rounds,
                                    rows.size() % rounds));

  // All combinations are there, so both counts are at most the number of lines.
  workers_ = static_cast<std::uint32_t>(workers);
  rounds_ = static_cast<std::uint32_t>(rounds);
  seconds_.reserve(rows.size());
  for (const Measurement& row : rows) seconds_.push_back(row.seconds);
}

Seconds TraceDelay::sample(const Address& at) const {
  const std::size_t row = at.worker % workers_;
  return seconds_[row * rounds_ + at.trial % rounds_];
}

}  // namespace laggard::faults
