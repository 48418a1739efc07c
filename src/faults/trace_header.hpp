// What the columns of a trace are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faults/trace_table.hpp"
#include "faults/trace_text.hpp"

namespace laggard::faults {

/// How a line is read. A long table has a line for each worker and round, a wide one has a line for
/// each round and a column for each worker.
class TraceColumns {
 public:
  /// Worker, round and time, in the unit with that name ("auto": seconds).
  explicit TraceColumns(const std::string& unit);
  /// As a header says, which stands at `where` in its file; `unit` may give a unit that it lacks.
  /// Errors: DataError.
  TraceColumns(const std::vector<std::string_view>& header, const std::string& where,
               const std::string& unit);

  /// Appends the measurements of a line. Errors: DataError.
  void read(const std::vector<std::string_view>& fields, const std::string& where,
            std::size_t number, std::vector<Measurement>& rows) const;

 private:
  void subtract_start(const std::vector<std::string_view>& fields, const std::string& where,
                      Measurement& row) const;
  void read_time(std::string_view text, const std::string& where, Measurement& row) const;

  std::size_t count_ = 3;
  std::size_t round_ = 1;
  std::size_t worker_ = 0;  ///< of a long table
  std::size_t time_ = 2;    ///< of a long table; the time of the finish, if it has a start
  std::optional<std::size_t> start_;                    ///< of a long table
  std::vector<std::pair<std::size_t, WorkerId>> wide_;  ///< columns of a wide table
  double per_second_ = 1.0;
};

}  // namespace laggard::faults
