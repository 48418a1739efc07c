// Words and numbers in the lines of a trace.
#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "core/csv.hpp"
#include "core/fields.hpp"

namespace laggard::faults {

struct TimeUnit {
  std::string_view name;
  double per_second;
};

/// The unit that a column's name ends with, as a word of its own ("elapsed_ms"); null: none.
const TimeUnit* unit_in(std::string_view name);

/// The unit called "s", "ms", ...; null for other names.
const TimeUnit* unit_called(std::string_view name);

/// Units of time by the name that a configuration gives them; "auto": as the file says.
const Names& time_units();

std::string in_lower_case(std::string_view text);

/// The whole of `text` as a number. Unlike strtod, from_chars does not depend on the locale.
template <class Number>
bool convert(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return result.ec == std::errc() && result.ptr == end;
}

/// What a line says in the place of a time that nobody measured.
bool says_missing(std::string_view text);

}  // namespace laggard::faults
