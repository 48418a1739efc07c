// What Slurm's accounting says of jobs.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "faults/trace_table.hpp"

namespace laggard::faults {

/// Lines of `sacct --parsable2` with the columns JobID, Elapsed or ElapsedRaw, and perhaps State,
/// in any order. The tasks of a job array are the workers, by their index, JOB_INDEX, which the
/// reader of the file counts from the least one on. Without an array, the numbered steps of a job
/// are: JOB.STEP. The jobs are the rounds, in the order of the lines. Lines of other things (batch,
/// extern, the allocation) are passed over. A task whose state is not COMPLETED did not answer; its
/// time is how long it ran.
class SacctColumns {
 public:
  static bool is_header(std::string_view line);

  /// Errors: DataError without JobID or a time.
  SacctColumns(std::string_view header, const std::string& where);

  /// Appends the measurement of a line, if it has one. Errors: DataError.
  void read(std::string_view line, const std::string& where, std::size_t number,
            std::vector<Measurement>& rows);

 private:
  std::size_t count_ = 0, job_ = 0, elapsed_ = 0;
  std::size_t state_ = 0;                                     // count_: there is none
  std::map<std::string, std::uint32_t, std::less<>> rounds_;  // by job
};

}  // namespace laggard::faults
