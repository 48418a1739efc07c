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

  bool same_place(const Measurement& other) const {
    return worker == other.worker && round == other.round;
  }
};

/// Reads a table with the columns worker, round, seconds, or worker, trial, arrival_seconds of a
/// result; of the latter, the rows of one point, whose missing answers took at least as long
/// as the last one that was used. Errors: DataError if the table is missing or has
/// other columns.
std::vector<Measurement> read_trace_table(const std::string& path, const std::string& table,
                                          std::uint32_t point);

}  // namespace laggard::faults
