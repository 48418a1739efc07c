// Words and numbers in the lines of a trace.
#pragma once

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

/// What a line says in the place of a time that nobody measured.
bool says_missing(std::string_view text);

}  // namespace laggard::faults
