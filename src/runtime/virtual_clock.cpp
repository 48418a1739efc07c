#include "runtime/virtual_clock.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/stopwatch.hpp"

namespace laggard::runtime {
namespace {

/// The tasks of a round; their results lie one after the other.
class Tasks {
 public:
  enum class State : std::uint8_t { kWaiting, kDone, kLost };
  struct Task {
    transport::Block block;
    std::uint32_t rank = 0;  ///< that has it
    State state = State::kWaiting;
  };

  /// Gives `round` its block size and its rows.
  Tasks(const std::vector<WorkerId>& used, std::uint32_t active, bool together,
        transport::Round& round)
      : task_of_block_((active - 1) / round.block_size + 1) {
    round.rows.resize(task_of_block_.size());
    std::uint32_t end = 0;  // of the workers in tasks so far
    for (const WorkerId worker : used) {
      if (worker < end) continue;
      const std::uint32_t block = round.block_of(worker);
      const std::uint32_t first = block * round.block_size;
      const std::uint32_t count = std::min(round.block_size, active - first);
      if (together && !list_.empty() && first == end)
        list_.back().block.count += count;
      else
        list_.push_back({{first, count}});
      round.rows[block] = rows_;
      task_of_block_[block] = static_cast<std::uint32_t>(list_.size() - 1);
      rows_ += count;
      end = first + count;
    }
  }

  std::vector<Task>& list() { return list_; }
  Task& task_of(std::uint32_t block) { return list_[task_of_block_[block]]; }
  std::uint32_t rows() const { return rows_; }

 private:
  std::vector<Task> list_;
  std::vector<std::uint32_t> task_of_block_;
  std::uint32_t rows_ = 0;
};

class Exchange {
 public:
  Exchange(transport::Transport& transport, const transport::Round& round, Tasks& tasks)
      : transport_(transport), round_(round), tasks_(tasks) {}

  void run(TimingRecord& timing) {
    missing_ = tasks_.list().size();
    for (Tasks::Task& task : tasks_.list()) dispatch(task);
    constexpr Seconds kPatience_s = 0.2;
    while (missing_ > 0) {
      if (interrupted()) throw Interrupted("interrupted");
      const auto arrival = transport_.receive(kPatience_s);
      if (!arrival) continue;
      if (arrival->failed != 0)
        replace(arrival->failed);
      else if (arrival->block.round == round_.number)
        take(*arrival, timing);
    }
  }

  const std::vector<std::uint32_t>& failed_ranks() const { return failed_ranks_; }

 private:
  using State = Tasks::State;

  void dispatch(Tasks::Task& task) {
    const std::uint32_t block = round_.block_of(task.block.first_worker);
    if (transport_.roster().is_lost(block)) {
      task.state = State::kLost;
      --missing_;
      return;
    }
    task.rank = transport_.roster().rank_of(block);
    transport_.dispatch(round_, task.block, {});
  }

  void take(const transport::Arrival& arrival, TimingRecord& timing) {
    Tasks::Task& task = tasks_.task_of(round_.block_of(arrival.block.first_worker));
    if (task.state == State::kWaiting) --missing_;  // else its rank had only been stopped
    task.state = State::kDone;
    timing.compute_s += arrival.compute_s;
  }

  void replace(std::uint32_t rank) {
    failed_ranks_.push_back(rank);
    for (Tasks::Task& task : tasks_.list())
      if (task.state == State::kWaiting && task.rank == rank) dispatch(task);
  }

  transport::Transport& transport_;
  const transport::Round& round_;
  Tasks& tasks_;
  std::size_t missing_ = 0;
  std::vector<std::uint32_t> failed_ranks_;
};

/// Rows only ever move up.
void keep_used(Matrix& results, const transport::Round& round, const std::vector<WorkerId>& used) {
  const auto count = static_cast<Index>(used.size());
  if (results.rows() == count) return;
  for (Index i = 0; i < count; ++i) {
    const Index from = round.row_of(used[static_cast<std::size_t>(i)]);
    if (from != i) results.row(i) = results.row(from);
  }
  results.conservativeResize(count, results.cols());
}

}  // namespace

Computed compute_on_virtual_clock(transport::Transport& transport, const VirtualRound& what,
                                  const std::vector<WorkerId>& used,
                                  const std::shared_ptr<const Matrix>& inputs,
                                  TimingRecord& timing) {
  transport::Round form{what.trial, what.scheme, what.block, inputs, nullptr, {}};
  Tasks tasks(used, static_cast<std::uint32_t>(inputs->rows()), what.together, form);
  form.results = std::make_shared<Matrix>(tasks.rows(), what.outputs);
  const Stopwatch watch;
  const auto round = transport.open(std::move(form));
  Exchange exchange(transport, *round, tasks);
  exchange.run(timing);
  Computed computed;
  computed.results = round->take_results();
  timing.collect_s += watch.elapsed();
  computed.failed_ranks = exchange.failed_ranks();
  computed.ranks.reserve(used.size());
  for (const WorkerId worker : used) {
    const Tasks::Task& task = tasks.task_of(round->block_of(worker));
    computed.ranks.push_back(task.rank);
    if (task.state != Tasks::State::kDone) computed.failed.push_back(worker);
  }
  keep_used(computed.results, *round, used);
  return computed;
}

}  // namespace laggard::runtime
