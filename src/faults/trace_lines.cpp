#include "faults/trace_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <unordered_map>

#include "core/error.hpp"
#include "core/readable.hpp"
#include "core/text.hpp"
#include "faults/sacct_lines.hpp"
#include "faults/trace_header.hpp"

namespace laggard::faults {
namespace {

/// Names instead of numbers. A column without a name may be there, and those of a wide table may be
/// numbers.
bool is_header(const std::vector<std::string_view>& fields) {
  const auto is_number = [](std::string_view field) {
    double number = 0;
    return convert(field, number);
  };
  if (std::none_of(fields.begin(), fields.end(), is_number)) return true;
  return std::any_of(fields.begin(), fields.end(), [](std::string_view field) {
    const std::string name = in_lower_case(trim(field, " \t\r\""));
    return name == "round" || name == "trial";
  });
}

void require_readable(const std::string& path, const std::string& unreadable_remedy) {
  const auto refuse = [&](const std::string& why, const std::string& remedy) {
    throw DataError(fmt::format("cannot read the trace '{}'", path), why, remedy);
  };
  if (const std::string why = why_unreadable(path); !why.empty()) refuse(why, unreadable_remedy);
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (size > kLargestTrace)
    refuse(fmt::format("it is too large: {} bytes, at most {}", size, kLargestTrace),
           "use fewer rounds");
}

/// Job arrays often begin with 1.
void count_from_zero(std::vector<Measurement>& tasks) {
  std::uint32_t first = ~0U;
  for (const Measurement& task : tasks) first = std::min(first, task.worker);
  for (Measurement& task : tasks) task.worker -= first;
}

/// A time that is missing was at least as long as the last of its round: until then, somebody
/// waited. It stays 0 where there is none.
void bound_missing(std::vector<Measurement>& rows) {
  std::unordered_map<std::uint32_t, Seconds> last_s;  // by round
  for (const Measurement& row : rows)
    if (row.answered) {
      const Seconds end_s = row.start_s + row.seconds;
      const auto found = last_s.emplace(row.round, end_s).first;
      found->second = std::max(found->second, end_s);
    }
  for (Measurement& row : rows) {
    if (row.answered) continue;
    const auto found = last_s.find(row.round);
    if (found == last_s.end() || std::isnan(row.start_s)) continue;
    row.seconds = std::max(0.0, found->second - row.start_s);
  }
}

std::string_view without_quotes(std::string_view field) {
  const bool quoted = field.size() >= 2 && field.front() == '"' && field.back() == '"';
  return quoted ? trim(field.substr(1, field.size() - 2)) : field;
}

}  // namespace

std::vector<Measurement> read_trace_lines(const std::string& path, const std::string& unit,
                                          const std::string& remedy) {
  require_readable(path, remedy);
  std::ifstream file(path);
  std::optional<TraceColumns> columns;
  std::optional<SacctColumns> jobs;
  std::vector<Measurement> rows;
  std::vector<std::string_view> fields;
  std::string line;
  char separator = ',';
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (number == 1) remove_byte_order_mark(line);
    if (trim(line).empty()) continue;
    const std::string where = fmt::format("{}:{}", path, number);
    if (!columns && !jobs && SacctColumns::is_header(line)) {
      jobs.emplace(line, where);
      continue;
    }
    if (jobs) {
      jobs->read(line, where, number, rows);
      continue;
    }
    if (!columns) separator = separator_of(line);
    // Where a comma is part of a number, it stands for the point.
    if (separator == ';') std::replace(line.begin(), line.end(), ',', '.');
    split(line, separator, fields);
    for (std::string_view& field : fields) field = without_quotes(field);
    if (!columns && is_header(fields)) {
      columns.emplace(fields, where, unit);
      continue;
    }
    if (!columns) columns.emplace(unit);
    columns->read(fields, where, number, rows);
  }
  if (jobs)
    count_from_zero(rows);
  else
    bound_missing(rows);
  if (rows.empty())
    throw DataError(path, "it holds no measurement",
                    "a trace has lines worker,round,seconds with indices from 0");
  refuse_repeated(rows, path);
  return rows;
}

}  // namespace laggard::faults
