// A round on the wall clock: real answers at real times.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "core/records.hpp"
#include "core/stopwatch.hpp"
#include "runtime/wait.hpp"
#include "transport/transport.hpp"

namespace laggard::runtime {

/// What came in before the master stopped waiting.
struct Answers {
  std::vector<WorkerId> workers;            ///< ascending
  Matrix results;                           ///< a row each
  Seconds time_s = 0.0;                     ///< from the first dispatch, on the clock of the run
  std::vector<std::uint32_t> failed_ranks;  ///< noticed in this round
};

/// Rows of /workers that wait for late answers. A round's rows are complete when everybody has
/// answered. They are handed over as they are when the run ends, and when more than kMostRows wait:
/// one worker that is late for the rest of the run must not keep all rounds in memory.
class WorkerLedger {
 public:
  using Sink = std::function<void(const std::vector<WorkerRecord>&)>;

  static constexpr std::size_t kMostRows = std::size_t{1} << 20;

  explicit WorkerLedger(Sink sink, std::size_t most_rows = kMostRows)
      : sink_(std::move(sink)), most_rows_(most_rows) {}

  /// The rows of a round after its cut, late ones without a time of arrival. `dispatched_s` is on
  /// the clock below.
  void open(std::uint32_t round, std::vector<WorkerRecord> rows, Seconds dispatched_s);
  /// An answer after the cut of its round.
  void late(const transport::Arrival& arrival);
  /// A rank has failed: answers that it owed to earlier rounds will not come either.
  void fail(std::uint32_t rank);
  /// Hands over what is left.
  void close();

  Seconds now_s() const { return clock_.elapsed(); }

 private:
  struct Round {
    std::vector<WorkerRecord> rows;
    Seconds dispatched_s;
    std::size_t missing;
  };

  using Rounds = std::map<std::uint32_t, Round>;

  Rounds::iterator hand_over(Rounds::iterator round);

  Sink sink_;
  std::size_t most_rows_;
  std::size_t waiting_rows_ = 0;
  Stopwatch clock_;
  Rounds rounds_;
};

/// One round: who it is, what its workers get and how long they take.
struct WallRound {
  std::uint32_t trial = 0, scheme = 0;
  std::uint32_t block = 1;           ///< workers per forward call
  Index outputs = 1;                 ///< m
  std::span<const Seconds> delay_s;  ///< per active worker; infinite: never answers
  bool keep_workers = false;         ///< rows of /workers are wanted
  std::uint32_t point = 0;
};

/// Hands the blocks out, waits until the policy is satisfied and takes what has come. Blocks of
/// which nobody will answer are not computed. Workers of a rank that fails do not answer in this
/// round. `inputs` has a row per active worker.
/// Late answers of earlier rounds that come meanwhile go to the ledger. Adds up computing times in
/// `timing`. Errors: Interrupted, RunError from workers.
Answers collect_on_wall_clock(transport::Transport& transport, const WallRound& round,
                              const WaitPolicy& policy, Matrix inputs, WorkerLedger& ledger,
                              TimingRecord& timing);

}  // namespace laggard::runtime
