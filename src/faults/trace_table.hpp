// Measured delays in an HDF5 file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace laggard::faults {

/// One line of a trace.
struct Measurement {
  std::uint32_t worker = 0;
  std::uint32_t round = 0;
  Seconds seconds = 0.0;
  std::size_t line = 0;      ///< in its file, or row of its table, for messages
  Seconds compute_s = kNaN;  ///< the part that was computing, where a result tells
  bool answered = true;      ///< no: `seconds` is how long it had not when that was last known
  Seconds start_s = 0.0;     ///< where a file tells it; NaN: a file that tells starts lacks it

  bool same_place(const Measurement& other) const {
    return worker == other.worker && round == other.round;
  }
};

/// A file has each combination of worker and round once. Errors: DataError with both lines.
void refuse_repeated(const std::vector<Measurement>& rows, const std::string& path);

/// Reads a table with the columns worker, round, seconds, or worker, trial, arrival_seconds of a
/// result; of the latter, the rows of one point, whose missing answers took at least as long
/// as the master waited: collect_seconds of /trials where that is there, and else until the last
/// answer that was used. Errors: DataError if the table is missing or has other columns, or has a
/// worker and round twice.
std::vector<Measurement> read_trace_table(const std::string& path, const std::string& table,
                                          std::uint32_t point);

}  // namespace laggard::faults
