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
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::uint32_t rank = 0;  ///< that has it
    State state = State::kWaiting;
  };

  Tasks(const std::vector<WorkerId>& used, std::uint32_t active, std::uint32_t size, bool together)
      : size_(size), of_block_((active - 1) / size + 1) {
    std::uint32_t end = 0;  // of the workers in tasks so far
    for (const WorkerId worker : used) {
      if (worker < end) continue;
      const std::uint32_t first = block_of(worker) * size;
      const std::uint32_t count = std::min(size, active - first);
      if (together && !list_.empty() && first == end)
        list_.back().count += count;
      else
        list_.push_back({first, count});
      of_block_[block_of(worker)] = {rows_, static_cast<std::uint32_t>(list_.size() - 1)};
      rows_ += count;
      end = first + count;
    }
  }

  std::vector<Task>& list() { return list_; }
  Task& task_of(WorkerId worker) { return list_[of_block_[block_of(worker)].task]; }
  std::uint32_t rows() const { return rows_; }
  std::uint32_t row_of(WorkerId worker) const {
    const std::uint32_t block = block_of(worker);
    return of_block_[block].row + worker - block * size_;
  }

 private:
  struct Place {
    std::uint32_t row = 0;  // of the block's first worker
    std::uint32_t task = 0;
  };

  // Divisions show in profiles.
  std::uint32_t block_of(WorkerId worker) const { return size_ == 1 ? worker : worker / size_; }

  std::uint32_t size_;
  std::vector<Task> list_;
  std::vector<Place> of_block_;
  std::uint32_t rows_ = 0;
};

class Exchange {
 public:
  Exchange(transport::Transport& transport, const VirtualRound& round, Tasks& tasks,
           const Matrix& inputs, Matrix& results)
      : transport_(transport), round_(round), tasks_(tasks), inputs_(inputs), results_(results) {}

  void run(TimingRecord& timing) {
    missing_ = tasks_.list().size();
    for (Tasks::Task& task : tasks_.list()) dispatch(task);
    const auto place = [&](const transport::BlockId& block) -> double* {
      if (block.round != round_.head.round) return nullptr;
      return results_.data() + tasks_.row_of(block.first_worker) * round_.outputs;
    };
    constexpr Seconds kPatience_s = 0.2;
    while (missing_ > 0) {
      if (interrupted()) throw Interrupted("interrupted");
      const auto arrival = transport_.receive(kPatience_s, place);
      if (!arrival) continue;
      if (arrival->failed != 0)
        replace(arrival->failed);
      else if (arrival->block.round == round_.head.round)
        take(*arrival, timing);
    }
  }

  const std::vector<std::uint32_t>& failed_ranks() const { return failed_ranks_; }

 private:
  using State = Tasks::State;

  void dispatch(Tasks::Task& task) {
    const std::uint32_t index = task.first / round_.block;
    if (transport_.is_lost(index)) {
      task.state = State::kLost;
      --missing_;
      return;
    }
    task.rank = transport_.rank_of(index);
    transport_.dispatch(
        index, {round_.head.trial, round_.head.round, task.first, task.count, round_.head.scheme},
        rows_of(inputs_, task.first, task.count), {});
  }

  void take(const transport::Arrival& arrival, TimingRecord& timing) {
    Tasks::Task& task = tasks_.task_of(arrival.block.first_worker);
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
  const VirtualRound& round_;
  Tasks& tasks_;
  const Matrix& inputs_;
  Matrix& results_;
  std::size_t missing_ = 0;
  std::vector<std::uint32_t> failed_ranks_;
};

/// Rows only ever move up.
void keep_used(Matrix& results, const Tasks& tasks, const std::vector<WorkerId>& used) {
  if (tasks.rows() == used.size()) return;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const std::uint32_t from = tasks.row_of(used[i]);
    if (from != i) results.row(static_cast<Index>(i)) = results.row(from);
  }
  results.conservativeResize(static_cast<Index>(used.size()), results.cols());
}

}  // namespace

Computed compute_on_virtual_clock(transport::Transport& transport, const VirtualRound& round,
                                  const std::vector<WorkerId>& used, Matrix& inputs,
                                  TimingRecord& timing) {
  Tasks tasks(used, static_cast<std::uint32_t>(inputs.rows()), round.block, round.together);
  Computed computed;
  computed.results.resize(tasks.rows(), round.outputs);
  const Stopwatch watch;
  Exchange exchange(transport, round, tasks, inputs, computed.results);
  try {
    exchange.run(timing);
    if (exchange.failed_ranks().empty()) {
      transport.finish_round();
    } else {  // who was only stopped may still read the one and write the other
      const Matrix inputs_copy = inputs, results_copy = computed.results;
      transport.retire_round(std::move(inputs), std::move(computed.results));
      inputs = inputs_copy;
      computed.results = results_copy;
    }
  } catch (...) {
    transport.abandon_round(std::move(inputs), std::move(computed.results));
    throw;
  }
  timing.collect_s += watch.elapsed();
  computed.failed_ranks = exchange.failed_ranks();
  computed.ranks.reserve(used.size());
  for (const WorkerId worker : used) {
    const Tasks::Task& task = tasks.task_of(worker);
    computed.ranks.push_back(task.rank);
    if (task.state != Tasks::State::kDone) computed.failed.push_back(worker);
  }
  keep_used(computed.results, tasks, used);
  return computed;
}

}  // namespace laggard::runtime
