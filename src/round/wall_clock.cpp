#include "round/wall_clock.hpp"

#include <algorithm>
#include <cmath>

namespace laggard::round {
namespace {

class WallRound final : public PendingRound {
 public:
  WallRound(const ClockParts& parts, RoundRequest request, const WaitPolicy& policy)
      : PendingRound(parts, std::move(request), policy),
        rows_(first_rows()),
        begun_s_(parts.time.now()) {
    transport::Round round{request_.trial,
                           request_.scheme,
                           request_.block_size,
                           inputs_,
                           std::make_shared<Matrix>(active(), request_.outputs),
                           {},
                           request_.step};
    round.shared = request_.shared;
    round_ = parts_.transport.open(std::move(round));
    in_.resize(active());
    state_.in = &in_;
    for (std::uint32_t first = 0; first < active(); first += request_.block_size)
      dispatch({first, std::min(request_.block_size, active() - first)});
  }

  bool complete() const override { return complete_; }

  Seconds patience_s() const override {
    const Seconds left_s = policy_.deadline_s(state_) - elapsed_s();
    return std::clamp(left_s, 0.0, PendingRound::patience_s());
  }

  void take(const transport::Arrival& arrival) override {
    const WorkerId worker = arrival.block.first_worker;
    WorkerRecord& row = rows_[worker];
    row.arrival_s = elapsed_s();
    row.compute_s = arrival.compute_s;
    if (row.status == WorkerStatus::kFailed)  // its rank had only been stopped
      --state_.lost;
    else
      --state_.coming;
    if (complete_ || row.arrival_s > policy_.deadline_s(state_)) return;  // it came, but too late
    row.status = WorkerStatus::kUsed;
    // The forward call is the block's: each of its workers has a share.
    const std::uint32_t first = round_->block_of(worker) * request_.block_size;
    compute_s_ += arrival.compute_s / std::min(request_.block_size, active() - first);
    used_.push_back(worker);
    in_[worker] = 1;
    ++state_.arrived;
    look(row.arrival_s);
  }

  void fail(std::uint32_t rank) override {
    for (WorkerRecord& row : rows_)
      if (row.rank == rank) fail(row);
    look(elapsed_s());
  }

  void pass_time(bool idle) override {
    look(elapsed_s());
    // Until nothing more comes at the very moment of the deadline.
    if (idle && state_.elapsed_s >= policy_.deadline_s(state_)) complete_ = true;
  }

  Answers answers() override {
    Answers answers;
    answers.time_s = answers.real_s = state_.elapsed_s;
    answers.compute_s = compute_s_;
    std::sort(used_.begin(), used_.end());
    answers.results = (*round_->results)(used_, Eigen::all);
    for (const WorkerId worker : used_) answers.ranks.push_back(rows_[worker].rank);
    answers.workers = std::move(used_);
    if (request_.keep_workers) answers.record = {round_->number, std::move(rows_), begun_s_};
    round_.reset();
    return answers;
  }

 private:
  void dispatch(const transport::Block& block) {
    const auto delays =
        std::span(request_.arrivals->delay_s).subspan(block.first_worker, block.count);
    const auto coming = static_cast<std::uint32_t>(std::count_if(
        delays.begin(), delays.end(), [](Seconds delay) { return std::isfinite(delay); }));
    state_.coming += coming;
    state_.lost += block.count - coming;
    if (coming == 0) return;
    if (parts_.transport.roster().is_lost(round_->block_of(block.first_worker)))
      for (std::uint32_t i = 0; i < block.count; ++i) fail(rows_[block.first_worker + i]);
    else
      parts_.transport.dispatch(*round_, block, delays);
  }

  /// A worker that has not answered yet will not.
  void fail(WorkerRecord& row) {
    if (!is_missing(row)) return;
    row.status = WorkerStatus::kFailed;
    --state_.coming;
    ++state_.lost;
  }

  Seconds elapsed_s() const { return parts_.time.now() - begun_s_; }

  void look(Seconds elapsed_s) {
    if (complete_) return;
    state_.elapsed_s = elapsed_s;
    complete_ = policy_.satisfied(state_);
  }

  std::vector<WorkerRecord> rows_;
  Seconds begun_s_;
  std::vector<WorkerId> used_;
  std::vector<char> in_;  // by worker: it is one of the used ones
  RoundState state_;
  bool complete_ = false;
};

}  // namespace

std::shared_ptr<PendingRound> WallClock::dispatch(RoundRequest request, const WaitPolicy& policy) {
  return std::make_shared<WallRound>(parts_, std::move(request), policy);
}

}  // namespace laggard::round
