// The clock of a run: it hands a round out to the workers and decides which answers came in time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "core/time_source.hpp"
#include "round/time_model.hpp"
#include "round/wait.hpp"
#include "round/worker_ledger.hpp"
#include "transport/transport.hpp"

namespace laggard::round {

/// What the master asks of the workers in one round.
struct RoundRequest {
  std::uint32_t point = 0;  ///< for the rows of /workers
  std::uint32_t trial = 0;
  std::uint32_t step = 0;  ///< of the trial; 0 where a trial is one round
  std::uint32_t scheme = 0;
  std::uint32_t block_size = 1;                    ///< workers per forward call
  Index outputs = 1;                               ///< m
  bool rowwise = false;                            ///< a row has the same bits in any forward call
  bool keep_workers = false;                       ///< rows of /workers are wanted
  const Arrivals* arrivals = nullptr;              ///< must not change until the round ends
  Matrix inputs;                                   ///< active workers x d
  std::shared_ptr<const Matrix> shared = nullptr;  ///< see transport::Round
  // What the virtual clock counts.
  bool timed = true;                  ///< else answers come after their delays
  std::vector<double> evaluations;    ///< of f, by worker; empty: one each
  std::optional<double> numbers_in;   ///< in the message to a worker; unset: a row of the inputs
  std::optional<double> numbers_out;  ///< in an answer; unset: `outputs`
  Backlog* backlog = nullptr;         ///< of earlier rounds; null: every worker is idle
};

struct RankFailure {
  std::uint32_t rank = 0;
  Seconds noticed_s = 0.0;
};

/// What the master has when it stops waiting.
struct Answers {
  std::vector<WorkerId> workers;      ///< whose answers came in time, ascending
  std::vector<std::uint32_t> ranks;   ///< that computed them
  Matrix results;                     ///< a row for each of them
  Seconds time_s = 0.0;               ///< from the first dispatch, on the clock of the run
  Seconds real_s = 0.0;               ///< the same in real time
  Seconds compute_s = 0.0;            ///< sum over the workers' forward calls, in real time
  std::vector<RankFailure> failures;  ///< noticed while the master waited for this round
  EndedRound record;                  ///< rows of /workers, where they are wanted
};

/// What a clock works with.
struct ClockParts {
  transport::Transport& transport;
  WorkerLedger& ledger;
  TimeSource& time;
};

/// A round in flight. When its owner drops it, the clock forgets it.
class PendingRound {
 public:
  virtual ~PendingRound() = default;
  PendingRound(const PendingRound&) = delete;
  PendingRound& operator=(const PendingRound&) = delete;

  bool has_number(std::uint32_t number) const { return round_ && round_->number == number; }

  /// Whether the wait policy is satisfied.
  virtual bool complete() const = 0;
  /// How long to wait for the next arrival at most.
  virtual Seconds patience_s() const;
  /// An answer of this round has come.
  virtual void take(const transport::Arrival& arrival) = 0;
  virtual void fail(std::uint32_t rank) = 0;
  /// Some time has passed. `idle`: nothing has come in that time.
  virtual void pass_time(bool /*idle*/) {}
  /// Ends the round, which must be complete.
  virtual Answers answers() = 0;

 protected:
  PendingRound(const ClockParts& parts, RoundRequest request, const WaitPolicy& policy);

  std::uint32_t active() const { return static_cast<std::uint32_t>(inputs_->rows()); }
  /// The rows of /workers at the beginning: a worker is late until its answer comes, or lost.
  std::vector<WorkerRecord> first_rows() const;

  ClockParts parts_;
  RoundRequest request_;  // its inputs are in inputs_
  const WaitPolicy& policy_;
  std::shared_ptr<const Matrix> inputs_;
  std::shared_ptr<transport::Round> round_;
  Seconds compute_s_ = 0.0;
};

class Clock {
 public:
  explicit Clock(const ClockParts& parts) : parts_(parts) {}
  virtual ~Clock() = default;

  /// Hands the blocks of a round out and returns at once. Several rounds may be in flight. The
  /// policy must live until the round ends.
  std::shared_ptr<PendingRound> begin(RoundRequest request, const WaitPolicy& policy);
  /// Waits until the round is complete, and takes in what comes for other rounds meanwhile. The
  /// rows of /workers go to the ledger; with `keep_record` they stay in the answers, for report().
  /// Errors: Interrupted, RunError from workers.
  Answers finish(PendingRound& round, bool keep_record = false);

  Answers collect(RoundRequest request, const WaitPolicy& policy, bool keep_record = false) {
    return finish(*begin(std::move(request), policy), keep_record);
  }

  /// Hands the rows over that finish() kept. Nothing may be awaited in between: a late answer would
  /// not find its row.
  void report(EndedRound record) {
    if (!record.rows.empty()) parts_.ledger.add(std::move(record));
  }

  /// Whether it measures the master's own steps (encoding, decoding).
  virtual bool is_real() const = 0;
  /// What a step of the master takes on this clock: `real_s` as measured, or by its operations.
  virtual Seconds step_s(Seconds real_s, double flops) const = 0;
  /// Whether steps take any time.
  virtual bool counts_steps() const = 0;

 protected:
  virtual std::shared_ptr<PendingRound> dispatch(RoundRequest request,
                                                 const WaitPolicy& policy) = 0;
  ClockParts parts_;

 private:
  void take(const transport::Arrival& arrival, PendingRound& awaited);

  std::vector<std::weak_ptr<PendingRound>> pending_;
  std::vector<RankFailure> failures_;  // that no Answers has told yet
};

/// The clock that /clock names: "virtual" or "wall". The virtual one takes the times of `model`.
std::unique_ptr<Clock> make_clock(const std::string& name, const ClockParts& parts,
                                  TimeModel model = {});

}  // namespace laggard::round
