#include "faults/sacct_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "faults/distributions.hpp"
#include "faults/trace_text.hpp"

namespace laggard::faults {
namespace {

constexpr char kSeparator = '|';
constexpr std::string_view kRemedy =
    "print it with sacct --parsable2 --format=JobID,ElapsedRaw,State";

[[noreturn]] void refuse_line(const std::string& where, const std::string& why) {
  throw DataError(where, why, std::string(kRemedy));
}

/// Seconds of [[days-]hours:]minutes:seconds or of seconds alone; false for other text.
bool read_elapsed(std::string_view text, Seconds& seconds) {
  double days = 0.0;
  if (const auto dash = text.find('-'); dash != std::string_view::npos) {
    if (!convert(text.substr(0, dash), days)) return false;
    text.remove_prefix(dash + 1);
  }
  std::vector<std::string_view> parts;
  split(text, ':', parts);
  if (parts.size() > 3) return false;
  seconds = 0.0;
  for (const std::string_view part : parts) {
    double value = 0.0;
    if (!convert(part, value) || value < 0.0) return false;
    seconds = 60.0 * seconds + value;
  }
  seconds += 86400.0 * days;
  return true;
}

}  // namespace

bool SacctColumns::is_header(std::string_view line) {
  std::vector<std::string_view> names;
  split(line, kSeparator, names);
  return names.size() > 1 && std::any_of(names.begin(), names.end(), [](std::string_view name) {
           return in_lower_case(name) == "jobid";
         });
}

SacctColumns::SacctColumns(std::string_view header, const std::string& where) {
  std::vector<std::string_view> fields;
  split(header, kSeparator, fields);
  count_ = fields.size();
  const auto find = [&](std::string_view wanted) {
    for (std::size_t i = 0; i < count_; ++i)
      if (in_lower_case(fields[i]) == wanted) return i;
    return count_;
  };
  job_ = find("jobid");
  elapsed_ = find("elapsedraw");
  if (elapsed_ == count_) elapsed_ = find("elapsed");
  if (elapsed_ == count_) refuse_line(where, "no column is called 'Elapsed' or 'ElapsedRaw'");
  state_ = find("state");
}

void SacctColumns::read(std::string_view line, const std::string& where, std::size_t number,
                        std::vector<Measurement>& rows) {
  std::vector<std::string_view> fields;
  split(line, kSeparator, fields);
  if (fields.size() != count_)
    refuse_line(where, fmt::format("a line needs {} fields between bars, this one has {}", count_,
                                   fields.size()));
  const std::string_view id = fields[job_];
  const auto mark = id.find_first_of("_.");
  if (mark == std::string_view::npos) return;  // the allocation
  Measurement row{.line = number};
  if (!convert(id.substr(mark + 1), row.worker)) return;  // batch, extern, a step of a task
  const auto found =
      rounds_.emplace(id.substr(0, mark), static_cast<std::uint32_t>(rounds_.size()));
  row.round = found.first->second;
  if (!read_elapsed(fields[elapsed_], row.seconds) || !kDuration.contains(row.seconds))
    refuse_line(where, excerpt(fields[elapsed_]) + " is not a time");
  if (state_ < count_) row.answered = fields[state_] == "COMPLETED";
  rows.push_back(row);
}

}  // namespace laggard::faults
