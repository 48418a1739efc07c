// Delays that were measured.
#pragma once

#include <string>

#include "faults/delay.hpp"

namespace laggard::faults {

/// Replays a CSV file with the columns worker, round, seconds: both indices count from 0, every
/// combination appears exactly once, in any order; read_trace_lines() says what a header may
/// change. Worker n in trial t gets the delay of worker n mod W in round t mod R. Memory: 8 bytes
/// per line. An HDF5 file has a table with the same columns; or it is a result of this program,
/// whose `trial` and `arrival_seconds` are then round and seconds, so that a measured run can be
/// replayed.
class TraceDelay final : public Delay {
 public:
  struct Config {
    std::string file;
    std::string table = "/workers";
    std::uint32_t point = 0;
    std::string unit = "auto";
    Seconds missing_s = 0.0;  ///< 0: every worker must have answered

    void fields(Fields& fields);
  };

  /// Errors: DataError, with the line, if the file is missing, malformed or incomplete.
  explicit TraceDelay(Config config);

  Seconds sample(const Address& at) const override;
  Seconds mean_for(WorkerId worker, double) const override { return means_[worker % workers_]; }

 private:
  std::uint32_t workers_ = 0;
  std::uint32_t rounds_ = 0;
  std::vector<Seconds> seconds_;  // row w: worker w over the rounds
  std::vector<Seconds> means_;    // of each worker
};

}  // namespace laggard::faults
