#include "round/virtual_clock.hpp"

#include <algorithm>
#include <cmath>

#include "round/relaunch.hpp"

namespace laggard::round {
namespace {

class VirtualRound final : public PendingRound {
 public:
  VirtualRound(const ClockParts& parts, RoundRequest request, const WaitPolicy& policy,
               const TimeModel& model)
      : PendingRound(parts, std::move(request), policy),
        model_(model),
        backlog_(request_.backlog != nullptr ? *request_.backlog : Backlog{}),
        begun_s_(parts.time.now()),
        completed_s_(begun_s_) {
    start();
  }

  bool complete() const override { return missing_ == 0; }

  void take(const transport::Arrival& arrival) override {
    BlockTask& task = task_of(arrival.block.first_worker);
    compute_s_ += arrival.compute_s;
    const bool awaited = task.state == State::kWaiting;  // else its rank had only been stopped
    task.state = State::kDone;
    if (!awaited) return;
    --missing_;
    settle();
  }

  void fail(std::uint32_t rank) override {
    if (complete()) return;
    for (BlockTask& task : tasks_)
      if (task.state == State::kWaiting && task.rank == rank) dispatch(task);
    settle();
  }

  Answers answers() override {
    Answers answers;
    answers.time_s = cut_.time_s;
    answers.real_s = completed_s_ - begun_s_;
    answers.compute_s = compute_s_;
    if (round_) answers.results = results_of_used();
    if (request_.backlog != nullptr) {
      model_.end(backlog_, cut_.time_s);
      *request_.backlog = std::move(backlog_);
    }
    if (request_.keep_workers) answers.record = {0, rows(), begun_s_};
    for (const WorkerId worker : cut_.used) answers.ranks.push_back(task_of(worker).rank);
    answers.workers = std::move(cut_.used);
    round_.reset();
    return answers;
  }

 private:
  enum class State : std::uint8_t { kWaiting, kDone, kLost };

  /// Blocks that are computed in one call.
  struct BlockTask {
    transport::Block block;
    std::uint32_t rank = 0;  ///< that has it
    State state = State::kWaiting;
  };

  BlockTask& task_of(WorkerId worker) { return tasks_[task_of_block_[round_->block_of(worker)]]; }
  const BlockTask& task_of(WorkerId worker) const {
    return tasks_[task_of_block_[round_->block_of(worker)]];
  }

  void start() {
    failed_ = workers_of_failed_ranks();
    const Arrivals* drawn = request_.arrivals;
    Arrivals left;
    if (!failed_.empty()) drawn = &(left = without(*drawn, failed_));
    cut_ = cut_off(policy_, timed(*drawn), active());
    // What happens after the round counts for workers that have it to do, and for their rows.
    if (policy_.relaunch() && (request_.backlog != nullptr || request_.keep_workers))
      timed(*drawn, cut_.time_s);
    tasks_.clear();
    missing_ = 0;
    round_.reset();
    if (cut_.used.empty()) return;
    round_ = parts_.transport.open(lay_out());
    missing_ = tasks_.size();
    for (BlockTask& task : tasks_) dispatch(task);
  }

  /// The times of the answers, if nothing is sent again from `until_s` on.
  const Arrivals& timed(const Arrivals& drawn,
                        Seconds until_s = std::numeric_limits<Seconds>::infinity()) {
    static const TimeModel free;
    const TimeModel& model = request_.timed ? model_ : free;
    Backlog* backlog = nullptr;
    if (request_.timed && request_.backlog != nullptr) backlog = &(backlog_ = *request_.backlog);
    if (const auto relaunch = policy_.relaunch())
      return times_ =
                 arrivals_with_copies(model, *relaunch, work(), drawn, backlog, failed_, until_s);
    if (!request_.timed || model_.moves_nothing(backlog)) return drawn;
    return times_ = model_.arrivals(work(), drawn, backlog);
  }

  RoundWork work() const {
    const double bytes = model_.config().bytes_per_number;
    return {active(), bytes * request_.numbers_in.value_or(static_cast<double>(inputs_->cols())),
            bytes * request_.numbers_out.value_or(static_cast<double>(request_.outputs)),
            request_.evaluations};
  }

  /// Begins again if the round is over and results are missing.
  void settle() {
    if (missing_ > 0) return;
    completed_s_ = parts_.time.now();
    if (std::any_of(tasks_.begin(), tasks_.end(),
                    [](const BlockTask& task) { return task.state == State::kLost; }))
      start();
  }

  /// Active workers whose blocks no rank computes, ascending.
  std::vector<WorkerId> workers_of_failed_ranks() const {
    std::vector<WorkerId> workers;
    if (!parts_.transport.roster().any_lost()) return workers;
    for (WorkerId worker = 0; worker < active(); ++worker)
      if (parts_.transport.roster().is_lost(worker / request_.block_size))
        workers.push_back(worker);
    return workers;
  }

  /// Makes the tasks. Their results lie one after the other.
  transport::Round lay_out() {
    transport::Round round{
        request_.trial, request_.scheme, request_.block_size, inputs_, nullptr, {}, request_.step};
    round.shared = request_.shared;
    const std::uint32_t blocks = (active() - 1) / round.block_size + 1;
    // In the master's process, neighbouring blocks may be one call.
    const bool together = request_.rowwise && parts_.transport.roster().ranks() == 0;
    round.rows.resize(blocks);
    task_of_block_.resize(blocks);
    std::uint32_t rows = 0;
    std::uint32_t end = 0;  // of the workers in tasks so far
    for (const WorkerId worker : cut_.used) {
      if (worker < end) continue;
      const std::uint32_t block = round.block_of(worker);
      const std::uint32_t first = block * round.block_size;
      const std::uint32_t count = std::min(round.block_size, active() - first);
      if (together && !tasks_.empty() && first == end)
        tasks_.back().block.count += count;
      else
        tasks_.push_back({{first, count}});
      round.rows[block] = rows;
      task_of_block_[block] = static_cast<std::uint32_t>(tasks_.size() - 1);
      rows += count;
      end = first + count;
    }
    round.results = std::make_shared<Matrix>(rows, request_.outputs);
    return round;
  }

  void dispatch(BlockTask& task) {
    const std::uint32_t block = round_->block_of(task.block.first_worker);
    if (parts_.transport.roster().is_lost(block)) {
      task.state = State::kLost;
      --missing_;
      return;
    }
    task.rank = parts_.transport.roster().rank_of(block);
    parts_.transport.dispatch(*round_, task.block, {});
  }

  /// Rows only ever move up.
  Matrix results_of_used() {
    Matrix results = round_->take_results();
    const auto count = static_cast<Index>(cut_.used.size());
    if (results.rows() == count) return results;
    for (Index i = 0; i < count; ++i) {
      const Index from = round_->row_of(cut_.used[static_cast<std::size_t>(i)]);
      if (from != i) results.row(i) = results.row(from);
    }
    results.conservativeResize(count, results.cols());
    return results;
  }

  std::vector<WorkerRecord> rows() const {
    std::vector<WorkerRecord> rows = first_rows();
    for (WorkerRecord& row : rows)
      row.arrival_s = times_.delay_s.empty() || row.status == WorkerStatus::kLost
                          ? row.delay_s
                          : times_.delay_s[row.worker];
    for (const WorkerId worker : failed_) {
      if (rows[worker].status == WorkerStatus::kLost) continue;  // it would not have answered
      rows[worker].status = WorkerStatus::kFailed;
      rows[worker].arrival_s = kNaN;
    }
    for (const WorkerId worker : cut_.used) {
      rows[worker].status = WorkerStatus::kUsed;
      if (!times_.delay_s.empty()) rows[worker].arrival_s = times_.delay_s[worker];
      rows[worker].rank = task_of(worker).rank;
    }
    return rows;
  }

  const TimeModel& model_;
  Backlog backlog_;  // after this round
  Arrivals times_;   // of the answers; empty: they come after their delays
  Seconds begun_s_, completed_s_;
  CutOff cut_;
  std::vector<WorkerId> failed_;  // their blocks are computed by no rank
  std::vector<BlockTask> tasks_;
  std::vector<std::uint32_t> task_of_block_;
  std::size_t missing_ = 0;
};

}  // namespace

std::shared_ptr<PendingRound> VirtualClock::dispatch(RoundRequest request,
                                                     const WaitPolicy& policy) {
  return std::make_shared<VirtualRound>(parts_, std::move(request), policy, model_);
}

}  // namespace laggard::round
