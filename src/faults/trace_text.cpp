#include "faults/trace_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace laggard::faults {
namespace {

struct Spelling {
  TimeUnit unit;
  std::array<std::string_view, 5> words;  ///< that stand for it in a column's name
};

constexpr std::array kUnits{
    Spelling{{"s", 1.0}, {"s", "sec", "secs", "second", "seconds"}},
    Spelling{{"ms", 1e3}, {"ms", "msec", "millis", "millisecond", "milliseconds"}},
    Spelling{{"us", 1e6}, {"us", "usec", "micros", "microsecond", "microseconds"}},
    Spelling{{"ns", 1e9}, {"ns", "nsec", "nanos", "nanosecond", "nanoseconds"}},
};

}  // namespace

const TimeUnit* unit_in(std::string_view name) {
  // Bytes beyond ASCII are parts of letters.
  const auto is_letter = [&](std::size_t i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    return byte >= 0x80 || std::isalpha(byte) != 0;
  };
  std::size_t end = name.size();
  while (end > 0 && !is_letter(end - 1)) --end;
  std::size_t start = end;
  while (start > 0 && is_letter(start - 1)) --start;
  const std::string_view word = name.substr(start, end - start);
  if (word.empty()) return nullptr;
  for (const auto& [unit, words] : kUnits)
    if (std::find(words.begin(), words.end(), word) != words.end()) return &unit;
  return nullptr;
}

const TimeUnit* unit_called(std::string_view name) {
  for (const Spelling& spelling : kUnits)
    if (spelling.unit.name == name) return &spelling.unit;
  return nullptr;
}

const Names& time_units() {
  static const Names names{"auto", "s", "ms", "us", "ns"};
  return names;
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return lower;
}

bool says_missing(std::string_view text) {
  const std::string lower = in_lower_case(text);
  for (const char* word : {"", "na", "n/a", "nan", "null", "none", "-", "inf", "+inf", "infinity"})
    if (lower == word) return true;
  return false;
}

}  // namespace laggard::faults
