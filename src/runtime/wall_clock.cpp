#include "runtime/wall_clock.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/error.hpp"
#include "core/interrupt.hpp"

namespace laggard::runtime {
namespace {

constexpr Seconds kPatience_s = 0.2;

/// A round in the making.
class Collection {
 public:
  Collection(transport::Transport& transport, const WallRound& what, const WaitPolicy& policy,
             WorkerLedger& ledger, Matrix inputs)
      : transport_(transport),
        what_(what),
        policy_(policy),
        ledger_(ledger),
        rows_(static_cast<std::size_t>(inputs.rows())) {
    auto results = std::make_shared<Matrix>(inputs.rows(), what.outputs);
    round_ = transport.open({what.trial,
                             what.scheme,
                             what.block,
                             std::make_shared<Matrix>(std::move(inputs)),
                             std::move(results),
                             {}});
    for (std::size_t worker = 0; worker < rows_.size(); ++worker)
      rows_[worker] = row_of(static_cast<WorkerId>(worker));
  }

  void dispatch() {
    dispatched_s_ = ledger_.now_s();
    const auto workers = static_cast<std::uint32_t>(rows_.size());
    for (std::uint32_t first = 0; first < workers; first += what_.block) {
      const std::uint32_t count = std::min(what_.block, workers - first);
      const auto delays = what_.delay_s.subspan(first, count);
      const auto coming = static_cast<std::uint32_t>(std::count_if(
          delays.begin(), delays.end(), [](Seconds delay) { return std::isfinite(delay); }));
      state_.coming += coming;
      state_.lost += count - coming;
      if (coming == 0) continue;
      if (transport_.roster().is_lost(round_->block_of(first)))
        for (std::uint32_t worker = first; worker < first + count; ++worker) fail(rows_[worker]);
      else
        transport_.dispatch(*round_, {first, count}, delays);
    }
  }

  void wait(TimingRecord& timing) {
    while (!policy_.satisfied(state_)) {
      if (interrupted()) throw Interrupted("interrupted");
      const Seconds left_s = policy_.deadline_s() - state_.elapsed_s;
      const auto arrival = transport_.receive(std::clamp(left_s, 0.0, kPatience_s));
      state_.elapsed_s = ledger_.now_s() - dispatched_s_;
      if (!arrival) continue;
      if (arrival->failed != 0)
        fail_rank(arrival->failed);
      else if (arrival->block.round == round_->number)
        take(*arrival, timing);
      else
        ledger_.late(*arrival);
    }
  }

  Answers answers() {
    Answers answers;
    answers.time_s = state_.elapsed_s;
    std::sort(used_.begin(), used_.end());
    answers.results = (*round_->results)(used_, Eigen::all);
    answers.workers = std::move(used_);
    answers.failed_ranks = std::move(failed_ranks_);
    return answers;
  }

  void close_round() {
    if (what_.keep_workers) ledger_.open(round_->number, std::move(rows_), dispatched_s_);
  }

 private:
  WorkerRecord row_of(WorkerId worker) const {
    const Seconds delay_s = what_.delay_s[worker];
    WorkerRecord row;
    row.point = what_.point;
    row.trial = what_.trial;
    row.worker = worker;
    row.rank = transport_.roster().rank_of(round_->block_of(worker));
    row.status = std::isfinite(delay_s) ? WorkerStatus::kLate : WorkerStatus::kLost;
    if (std::isfinite(delay_s)) row.delay_s = delay_s;
    return row;
  }

  void take(const transport::Arrival& arrival, TimingRecord& timing) {
    const WorkerId worker = arrival.block.first_worker;
    WorkerRecord& row = rows_[worker];
    row.arrival_s = state_.elapsed_s;
    row.compute_s = arrival.compute_s;
    if (row.status == WorkerStatus::kFailed)  // its rank had only been stopped
      --state_.lost;
    else
      --state_.coming;
    if (state_.elapsed_s > policy_.deadline_s()) return;  // it came, but too late
    row.status = WorkerStatus::kUsed;
    // The forward call is the block's: each of its workers has a share.
    const std::uint32_t first = round_->block_of(worker) * what_.block;
    const auto active = static_cast<std::uint32_t>(rows_.size());
    timing.compute_s += arrival.compute_s / std::min(what_.block, active - first);
    used_.push_back(worker);
    ++state_.arrived;
  }

  void fail_rank(std::uint32_t rank) {
    failed_ranks_.push_back(rank);
    ledger_.fail(rank);
    for (WorkerRecord& row : rows_)
      if (row.rank == rank) fail(row);
  }

  /// Who was to answer and has not will not.
  void fail(WorkerRecord& row) {
    if (row.status != WorkerStatus::kLate || !std::isnan(row.arrival_s)) return;
    row.status = WorkerStatus::kFailed;
    --state_.coming;
    ++state_.lost;
  }

  transport::Transport& transport_;
  const WallRound& what_;
  const WaitPolicy& policy_;
  WorkerLedger& ledger_;
  std::shared_ptr<transport::Round> round_;
  std::vector<WorkerRecord> rows_;
  std::vector<WorkerId> used_;
  std::vector<std::uint32_t> failed_ranks_;
  RoundState state_;
  Seconds dispatched_s_ = 0.0;
};

}  // namespace

void WorkerLedger::open(std::uint32_t round, std::vector<WorkerRecord> rows, Seconds dispatched_s) {
  const auto missing = std::count_if(rows.begin(), rows.end(), [](const WorkerRecord& row) {
    return row.status == WorkerStatus::kLate && std::isnan(row.arrival_s);
  });
  if (missing == 0) return sink_(rows);
  waiting_rows_ += rows.size();
  rounds_[round] = {std::move(rows), dispatched_s, static_cast<std::size_t>(missing)};
  while (waiting_rows_ > most_rows_) hand_over(rounds_.begin());
}

WorkerLedger::Rounds::iterator WorkerLedger::hand_over(Rounds::iterator round) {
  const std::vector<WorkerRecord> rows = std::move(round->second.rows);
  const auto next = rounds_.erase(round);
  waiting_rows_ -= rows.size();
  sink_(rows);
  return next;
}

void WorkerLedger::late(const transport::Arrival& arrival) {
  const auto found = rounds_.find(arrival.block.round);
  if (found == rounds_.end()) return;
  Round& round = found->second;
  WorkerRecord& row = round.rows[arrival.block.first_worker];
  row.arrival_s = now_s() - round.dispatched_s;
  row.compute_s = arrival.compute_s;
  if (row.status == WorkerStatus::kFailed) return;  // nobody waited for it any more
  if (--round.missing == 0) hand_over(found);
}

void WorkerLedger::fail(std::uint32_t rank) {
  for (auto at = rounds_.begin(); at != rounds_.end();) {
    Round& round = at->second;
    for (WorkerRecord& row : round.rows) {
      if (row.rank != rank || row.status != WorkerStatus::kLate || !std::isnan(row.arrival_s))
        continue;
      row.status = WorkerStatus::kFailed;
      --round.missing;
    }
    at = round.missing > 0 ? std::next(at) : hand_over(at);
  }
}

void WorkerLedger::close() {
  while (!rounds_.empty()) hand_over(rounds_.begin());
}

Answers collect_on_wall_clock(transport::Transport& transport, const WallRound& round,
                              const WaitPolicy& policy, Matrix inputs, WorkerLedger& ledger,
                              TimingRecord& timing) {
  Collection collection(transport, round, policy, ledger, std::move(inputs));
  collection.dispatch();
  collection.wait(timing);
  Answers answers = collection.answers();
  timing.collect_s = answers.time_s;
  collection.close_round();
  return answers;
}

}  // namespace laggard::runtime
