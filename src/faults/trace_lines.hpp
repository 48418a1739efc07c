// Measured delays in a text file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faults/trace_table.hpp"
#include "faults/trace_text.hpp"

namespace laggard::faults {

/// Larger files are refused, bytes.
inline constexpr std::uint64_t kLargestTrace = std::uint64_t{1} << 30U;

/// Reads lines of numbers between commas, semicolons or tabs, whichever the first line has. Without
/// a header they are worker, round and seconds. With a header, the columns may have any order:
///  - long: `worker`, `round` (or `trial`), and one column of times, whose unit is a part of its
///    name (`seconds`, `elapsed_ms`, `time (us)`) or given by `unit`, or `start` and `finish` with
///    units; other columns are passed over;
///  - wide: `round` and a column for each worker, whose name ends with its number.
/// A time that is empty, NA, nan or inf says that the worker did not answer; it had not when the
/// last time of the same round was over, or for 0 s, where nothing is known. A file whose first
/// line begins with JobID is what Slurm's `sacct --parsable2` prints, see SacctColumns.
/// Errors: DataError, with the line, also for a worker and round that was there before; `remedy` is
/// what to do about a file that cannot be read.
std::vector<Measurement> read_trace_lines(const std::string& path, const std::string& unit,
                                          const std::string& remedy = "check the file");

}  // namespace laggard::faults
