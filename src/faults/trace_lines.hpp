// Measured delays in a CSV file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "faults/trace_table.hpp"

namespace laggard::faults {

/// Larger files are refused, bytes.
inline constexpr std::uint64_t kLargestTrace = std::uint64_t{1} << 30U;

/// Units of time by the name that a configuration gives them; "auto": as the file says.
const Names& time_units();

/// Reads lines of numbers between commas. Without a header they are worker, round and seconds.
/// With a header, the columns may have any order: `worker`, `round` (or `trial`), and one column of
/// times, whose unit is a part of its name (`seconds`, `elapsed_ms`, `time (us)`) or given by
/// `unit`; other columns are passed over. Errors: DataError, with the line.
std::vector<Measurement> read_trace_lines(const std::string& path, const std::string& unit);

}  // namespace laggard::faults
