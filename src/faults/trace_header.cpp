#include "faults/trace_header.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
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

/// The two signs for a millionth that Unicode has, as the letter u.
std::string with_plain_micro(std::string name) {
  for (const std::string_view sign : {"\xC2\xB5", "\xCE\xBC"})
    for (auto at = name.find(sign); at != std::string::npos; at = name.find(sign, at))
      name.replace(at, sign.size(), "u");
  return name;
}

/// The columns by their names.
class Header {
 public:
  Header(const std::vector<std::string_view>& fields, std::string where, const std::string& unit)
      : where_(std::move(where)), unit_(unit) {
    for (const std::string_view field : fields)
      names_.push_back(with_plain_micro(in_lower_case(trim(field, " \t\r\""))));
  }

  std::size_t need(const std::vector<std::string_view>& wanted) const {
    const auto found = find(wanted);
    if (!found)
      refuse(where_, fmt::format("no column is called '{}'; there are {}", join(wanted, "' or '"),
                                 clip(fmt::format("{}", fmt::join(names_, ", ")), 200)));
    return *found;
  }

  /// A column whose name is one of them, or begins with it and ends with a unit.
  std::optional<std::size_t> find(const std::vector<std::string_view>& wanted) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (std::find(wanted.begin(), wanted.end(), stem(names_[i])) == wanted.end()) continue;
      if (found) refuse(where_, fmt::format("two columns are called '{}'", join(wanted, "' or '")));
      found = i;
    }
    return found;
  }

  /// Columns of workers by their numbers, if all but the round's are such. A column without a name
  /// may be there: tables of pandas begin with one.
  std::vector<std::pair<std::size_t, WorkerId>> workers(std::size_t round) const {
    std::vector<std::pair<std::size_t, WorkerId>> workers;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (i == round || names_[i].empty()) continue;
      const std::string_view name = without_unit(names_[i]);
      const auto digits = name.find_last_not_of("0123456789") + 1;  // 0 if there is nothing else
      WorkerId worker = 0;
      if (!convert(name.substr(digits), worker)) return {};
      workers.emplace_back(i, worker);
    }
    return workers;
  }

  /// A column with a unit in its name; without one, the only other column.
  std::size_t time(std::size_t worker, std::size_t round) const {
    std::vector<std::size_t> with_unit, others;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (i == worker || i == round) continue;
      (unit_in(names_[i]) != nullptr ? with_unit : others).push_back(i);
    }
    if (with_unit.size() > 1)
      refuse(where_,
             fmt::format("{} and {} are both times", excerpt(names_[with_unit[0]]),
                         excerpt(names_[with_unit[1]])),
             "leave one of them, or call them start and finish");
    if (with_unit.size() == 1) return with_unit[0];
    if (others.size() != 1) refuse(where_, "no column is a time: none has a unit in its name");
    return others[0];
  }

  /// Of the values in a column.
  double per_second(std::size_t column) const {
    const TimeUnit* const named = unit_in(names_[column]);
    const TimeUnit* const given = unit_called(unit_);
    if (named == nullptr && given == nullptr)
      refuse(where_, fmt::format("the column {} has no unit", excerpt(names_[column])),
             "set /delay/unit (--unit of laggard fit) to \"s\", \"ms\", \"us\" or \"ns\"");
    if (named != nullptr && given != nullptr && named->name != given->name)
      refuse(where_,
             fmt::format("the column {} is in {}, /delay/unit is '{}'", excerpt(names_[column]),
                         named->name, unit_),
             "set /delay/unit to \"auto\", or correct the header");
    return (named != nullptr ? named : given)->per_second;
  }

  std::size_t size() const { return names_.size(); }

 private:
  /// "start" of "start_ms" and "start (ms)", "worker 0" of "worker 0 (ms)".
  static std::string_view stem(std::string_view name) {
    if (unit_in(name) == nullptr) return name;
    const std::string_view bare = without_unit(name);
    if (bare.find_last_of("0123456789") + 1 == bare.size()) return bare;
    const auto end = name.find_first_of(" _([-.");
    return end == std::string_view::npos ? name : name.substr(0, end);
  }

  /// "node0" of "node0_ms" and "node0 (ms)".
  static std::string_view without_unit(std::string_view name) {
    if (unit_in(name) == nullptr) return name;
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
    name = name.substr(0, name.find_last_of(kLetters) + 1);
    name = name.substr(0, name.find_last_not_of(kLetters) + 1);
    return name.substr(0, name.find_last_not_of(" _([-.") + 1);
  }

  std::string where_;
  const std::string& unit_;
  std::vector<std::string> names_;
};

}  // namespace

TraceColumns::TraceColumns(const std::string& unit) {
  if (const TimeUnit* const given = unit_called(unit)) per_second_ = given->per_second;
}

TraceColumns::TraceColumns(const std::vector<std::string_view>& fields, const std::string& where,
                           const std::string& unit) {
  const Header header(fields, where, unit);
  count_ = header.size();
  const std::vector<std::string_view> worker{"worker"}, round{"round", "trial"};
  if (!header.find(worker)) {
    if (const auto found = header.find(round)) wide_ = header.workers(round_ = *found);
    if (!wide_.empty()) {
      per_second_ = header.per_second(wide_.front().first);
      for (const auto& times : wide_)
        if (header.per_second(times.first) != per_second_)
          refuse(where, "the columns of the workers have different units");
      return;
    }
  }
  worker_ = header.need(worker);
  round_ = header.need(round);
  start_ = header.find({"start", "begin"});
  time_ = start_ ? header.need({"finish", "end"}) : header.time(worker_, round_);
  per_second_ = header.per_second(time_);
  if (start_ && header.per_second(*start_) != per_second_)
    refuse(where, "start and finish have different units");
}

void TraceColumns::read(const std::vector<std::string_view>& fields, const std::string& where,
                        std::size_t number, std::vector<Measurement>& rows) const {
  if (fields.size() != count_)
    refuse(where, fmt::format("a line needs {} fields, this one has {}", count_, fields.size()));
  Measurement row{.line = number};
  if (wide_.empty() && !convert(fields[worker_], row.worker))
    refuse(where, excerpt(fields[worker_]) + " is not the index of a worker");
  if (!convert(fields[round_], row.round))
    refuse(where, excerpt(fields[round_]) + " is not the index of a round");
  for (const auto& [column, worker] : wide_) {
    row.worker = worker;
    read_time(fields[column], where, row);
    rows.push_back(row);
  }
  if (!wide_.empty()) return;
  read_time(fields[time_], where, row);
  if (start_) subtract_start(fields, where, row);
  if (row.answered && !kDuration.contains(row.seconds))
    refuse(where,
           fmt::format("{} is not a duration from 0 to {} s", excerpt(fields[time_]), kLongest));
  rows.push_back(row);
}

void TraceColumns::subtract_start(const std::vector<std::string_view>& fields,
                                  const std::string& where, Measurement& row) const {
  Measurement start = row;
  read_time(fields[*start_], where, start);
  row.start_s = start.answered ? start.seconds : kNaN;
  row.answered = row.answered && start.answered;
  if (!row.answered) {
    row.seconds = 0.0;
    return;
  }
  if (row.seconds < start.seconds)
    refuse(where,
           fmt::format("the finish, {}, is before the start, {}", excerpt(fields[time_]),
                       excerpt(fields[*start_])),
           "correct the line, or leave the finish empty if there was no answer");
  row.seconds -= start.seconds;
}

void TraceColumns::read_time(std::string_view text, const std::string& where,
                             Measurement& row) const {
  row.answered = !says_missing(text);
  row.seconds = 0.0;
  if (!row.answered) return;
  if (!convert(text, row.seconds)) refuse(where, excerpt(text) + " is not a time");
  row.seconds /= per_second_;
  // A start may be any point in time.
  if (!start_ && !kDuration.contains(row.seconds))
    refuse(where, fmt::format("{} is not a duration from 0 to {} s", excerpt(text), kLongest));
}

}  // namespace laggard::faults
