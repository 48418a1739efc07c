#include "faults/trace_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>

#include "core/error.hpp"
#include "core/readable.hpp"
#include "core/text.hpp"
#include "faults/distributions.hpp"

namespace laggard::faults {
namespace {

constexpr std::string_view kFormat =
    "a trace has lines worker,round,seconds with indices from 0, each combination once; a header "
    "may name the columns in another order and another unit (elapsed_ms)";

[[noreturn]] void refuse(const std::string& where, const std::string& why,
                         const std::string& remedy = std::string(kFormat)) {
  throw DataError(where, why, remedy);
}

struct Unit {
  std::string_view name;
  double per_second;
  std::array<std::string_view, 5> words;  ///< that stand for it in a column's name
};

constexpr std::array kUnits{
    Unit{"s", 1.0, {"s", "sec", "secs", "second", "seconds"}},
    Unit{"ms", 1e3, {"ms", "msec", "millis", "millisecond", "milliseconds"}},
    Unit{"us", 1e6, {"us", "usec", "micros", "microsecond", "microseconds"}},
    Unit{"ns", 1e9, {"ns", "nsec", "nanos", "nanosecond", "nanoseconds"}},
};

/// The unit that a column's name ends with, as a word of its own.
const Unit* unit_in(std::string_view name) {
  std::size_t end = name.size();
  while (end > 0 && std::isalpha(static_cast<unsigned char>(name[end - 1])) == 0) --end;
  std::size_t start = end;
  while (start > 0 && std::isalpha(static_cast<unsigned char>(name[start - 1])) != 0) --start;
  const std::string_view word = name.substr(start, end - start);
  for (const Unit& unit : kUnits)
    if (std::find(unit.words.begin(), unit.words.end(), word) != unit.words.end() && !word.empty())
      return &unit;
  return nullptr;
}

std::string_view trim(std::string_view text, std::string_view what = " \t\r") {
  const auto first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

void split(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  for (auto comma = line.find(','); comma != std::string_view::npos; comma = line.find(',')) {
    fields.push_back(trim(line.substr(0, comma)));
    line.remove_prefix(comma + 1);
  }
  fields.push_back(trim(line));
}

/// The whole of `text` as a number. Unlike strtod, from_chars does not depend on the locale.
template <class Number>
bool convert(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return result.ec == std::errc() && result.ptr == end;
}

/// Where the values of a line stand.
struct Columns {
  std::size_t count = 3, worker = 0, round = 1, time = 2;
  double per_second = 1.0;
};

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return lower;
}

/// What a line says in the place of a time that nobody measured.
bool is_missing(std::string_view text) {
  const std::string lower = in_lower_case(text);
  for (const char* word : {"", "na", "n/a", "nan", "null", "none", "-", "inf", "+inf", "infinity"})
    if (lower == word) return true;
  return false;
}

class Header {
 public:
  Header(const std::vector<std::string_view>& fields, std::string where, const std::string& unit)
      : where_(std::move(where)) {
    for (const std::string_view field : fields)
      names_.push_back(in_lower_case(trim(field, " \t\r\"")));
    columns_.count = names_.size();
    columns_.worker = find({"worker"});
    columns_.round = find({"round", "trial"});
    columns_.time = find_time(unit);
  }

  const Columns& columns() const { return columns_; }

 private:
  std::size_t find(const std::vector<std::string_view>& wanted) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (std::find(wanted.begin(), wanted.end(), names_[i]) == wanted.end()) continue;
      if (found) refuse(where_, fmt::format("two columns are called '{}'", join(wanted, "' or '")));
      found = i;
    }
    if (!found)
      refuse(where_, fmt::format("no column is called '{}'; there are {}", join(wanted, "' or '"),
                                 clip(fmt::format("{}", fmt::join(names_, ", ")), 200)));
    return *found;
  }

  /// A column with a unit in its name; without one, the only other column, if `unit` says what it
  /// is.
  std::size_t find_time(const std::string& unit) {
    std::vector<std::size_t> with_unit, others;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (i == columns_.worker || i == columns_.round) continue;
      (unit_in(names_[i]) != nullptr ? with_unit : others).push_back(i);
    }
    if (with_unit.size() > 1)
      refuse(where_,
             fmt::format("{} and {} are both times", excerpt(names_[with_unit[0]]),
                         excerpt(names_[with_unit[1]])),
             "leave one of them");
    if (with_unit.size() == 1) {
      const Unit& named = *unit_in(names_[with_unit[0]]);
      if (unit != "auto" && unit != named.name)
        refuse(where_,
               fmt::format("the column {} is in {}, /delay/unit is '{}'",
                           excerpt(names_[with_unit[0]]), named.name, unit),
               "set /delay/unit to \"auto\", or correct the header");
      columns_.per_second = named.per_second;
      return with_unit[0];
    }
    if (others.size() != 1) refuse(where_, "no column is a time: none has a unit in its name");
    if (unit == "auto")
      refuse(where_, fmt::format("the column {} has no unit", excerpt(names_[others[0]])),
             "set /delay/unit to \"s\", \"ms\", \"us\" or \"ns\"");
    return others[0];
  }

  std::string where_;
  std::vector<std::string> names_;
  Columns columns_;
};

Measurement read_line(const std::vector<std::string_view>& fields, const Columns& columns,
                      const std::string& where, std::size_t number) {
  if (fields.size() != columns.count)
    refuse(where, fmt::format("a line needs {} fields between commas, this one has {}",
                              columns.count, fields.size()));
  const std::string_view worker = fields[columns.worker], round = fields[columns.round],
                         time = fields[columns.time];
  Measurement row{.line = number};
  if (!convert(worker, row.worker))
    refuse(where, excerpt(worker) + " is not the index of a worker");
  if (!convert(round, row.round)) refuse(where, excerpt(round) + " is not the index of a round");
  if (is_missing(time))
    refuse(where, fmt::format("worker {} has no time in round {}", row.worker, row.round),
           "give a time beyond your deadline to a worker that did not answer, or leave its round "
           "out for every worker");
  if (!convert(time, row.seconds)) refuse(where, excerpt(time) + " is not a time");
  row.seconds /= columns.per_second;
  if (!kDuration.contains(row.seconds))
    refuse(where, fmt::format("{} is not a duration from 0 to {} s", excerpt(time), kLongest));
  return row;
}

/// Names instead of numbers. A column without a name may be there: tables of pandas begin with one.
bool is_header(const std::vector<std::string_view>& fields) {
  return std::all_of(fields.begin(), fields.end(), [](std::string_view field) {
    double number = 0;
    return !convert(field, number);
  });
}

}  // namespace

const Names& time_units() {
  static const Names names{"auto", "s", "ms", "us", "ns"};
  return names;
}

std::vector<Measurement> read_trace_lines(const std::string& path, const std::string& unit) {
  const auto refuse_file = [&](const std::string& why, const std::string& remedy) {
    refuse(fmt::format("cannot read the trace '{}'", path), why, remedy);
  };
  if (const std::string why = why_unreadable(path); !why.empty())
    refuse_file(why, "check /delay/file");
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (size > kLargestTrace)
    refuse_file(fmt::format("it is too large: {} bytes, at most {}", size, kLargestTrace),
                "use fewer rounds");
  std::ifstream file(path);
  Columns columns;
  for (const Unit& known : kUnits)
    if (known.name == unit) columns.per_second = known.per_second;
  std::vector<Measurement> rows;
  std::vector<std::string_view> fields;
  std::string line;
  bool first = true;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (number == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
    if (trim(line).empty()) continue;
    const std::string where = fmt::format("{}:{}", path, number);
    split(line, fields);
    if (std::exchange(first, false) && is_header(fields)) {
      const double given = columns.per_second;
      columns = Header(fields, where, unit).columns();
      if (unit != "auto") columns.per_second = given;
    } else {
      rows.push_back(read_line(fields, columns, where, number));
    }
  }
  if (rows.empty()) refuse(path, "it holds no measurement");
  return rows;
}

}  // namespace laggard::faults
