// Rows of /workers on their way to the sink.
#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <vector>

#include "core/records.hpp"
#include "transport/transport.hpp"

namespace laggard::round {

/// Rows of a round that has ended.
struct EndedRound {
  std::uint32_t number = 0;
  std::vector<WorkerRecord> rows;
  Seconds begun_s = 0.0;
};

/// On the wall clock a round can end before all its workers have answered. Its rows wait here until
/// the late answers have come. They are handed over as they are at the end of the run, and when
/// more than kMostRows wait: one worker that is late for the rest of the run must not keep the rows
/// of all rounds in memory.
class WorkerLedger {
 public:
  using Sink = std::function<void(const std::vector<WorkerRecord>&)>;

  static constexpr std::size_t kMostRows = std::size_t{1} << 20;

  explicit WorkerLedger(Sink sink, std::size_t most_rows = kMostRows)
      : sink_(std::move(sink)), most_rows_(most_rows) {}

  /// Rows with is_missing() wait for a late answer.
  void add(EndedRound round);
  /// An answer that came after the end of its round.
  void late(const transport::Arrival& arrival, Seconds now_s);
  /// A rank has failed: the late answers that it owed will not come.
  void fail(std::uint32_t rank);
  /// Hands over all rows that still wait.
  void close();

 private:
  struct Round {
    std::vector<WorkerRecord> rows;
    Seconds begun_s;
    std::size_t missing;
  };

  using Rounds = std::map<std::uint32_t, Round>;

  Rounds::iterator hand_over(Rounds::iterator round);

  Sink sink_;
  std::size_t most_rows_;
  std::size_t waiting_rows_ = 0;
  Rounds rounds_;
};

/// Whether the worker's answer is still to come.
inline bool is_missing(const WorkerRecord& row) {
  return row.status == WorkerStatus::kLate && std::isnan(row.arrival_s);
}

}  // namespace laggard::round
