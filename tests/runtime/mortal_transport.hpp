// A transport whose ranks die when the test says so.
#pragma once

#include <cmath>
#include <deque>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "transport/transport.hpp"

namespace laggard::testing {

/// Ranks in this process. A rank in `dying` fails when its first result is asked for; one in
/// `stopped` fails too, and is back with that result right after the others have answered.
class MortalTransport final : public transport::Transport {
 public:
  MortalTransport(std::uint32_t ranks, std::unique_ptr<transport::BlockFunction> function)
      : roster_(ranks), function_(std::move(function)) {}

  std::set<std::uint32_t> dying, stopped;
  int retired = 0, finished = 0;
  std::vector<std::uint32_t> computed;  ///< first workers of blocks, in the order of results
  std::set<std::uint32_t> rounds;       ///< that anything was dispatched in

  std::uint32_t worker_ranks() const override { return roster_.ranks(); }
  std::uint32_t rank_of(std::uint32_t index) const override { return roster_.host_of(index); }
  bool is_lost(std::uint32_t index) const override { return roster_.is_lost(index); }
  bool any_lost() const override { return roster_.any_lost(); }
  void set_failure_rule(const transport::FailureRule& rule) override { roster_.set_rule(rule); }
  void configure(const std::string&) override {}

  void dispatch(std::uint32_t index, const transport::BlockId& block, MatrixView inputs,
                std::span<const Seconds> delays) override {
    rounds.insert(block.round);
    if (delays.empty()) tasks_.push_back({rank_of(index), block, inputs});
    for (std::uint32_t i = 0; i < delays.size(); ++i)  // every worker answers alone
      if (std::isfinite(delays[i]))
        tasks_.push_back({rank_of(index),
                          {block.trial, block.round, block.first_worker + i, 1},
                          MatrixView(inputs.data() + i * inputs.cols(), 1, inputs.cols())});
  }

  std::optional<transport::Arrival> receive(Seconds, const transport::Placement& place) override {
    if (tasks_.empty() && late_.empty()) return std::nullopt;
    const bool back = tasks_.empty();
    const Task task = back ? late_.front() : tasks_.front();
    if (!back && (dying.contains(task.rank) || stopped.contains(task.rank))) return fail(task.rank);
    (back ? late_ : tasks_).pop_front();
    computed.push_back(task.block.first_worker);
    (*function_)(task.block, task.inputs,
                 MatrixSpan(place(task.block), task.inputs.rows(), function_->outputs()));
    return transport::Arrival{task.block, 0.25};
  }

  void finish_round() override { ++finished; }
  void retire_round(Matrix, Matrix) override {
    ++retired;
    tasks_.clear();
    late_.clear();
  }
  void abandon_round(Matrix, Matrix) override { tasks_.clear(); }

 private:
  struct Task {
    std::uint32_t rank;
    transport::BlockId block;
    MatrixView inputs;
  };

  transport::Arrival fail(std::uint32_t rank) {
    roster_.fail(rank);
    const bool comes_back = stopped.erase(rank) > 0;
    dying.erase(rank);
    std::deque<Task> others;
    for (const Task& task : tasks_)
      if (task.rank != rank)
        others.push_back(task);
      else if (comes_back)
        late_.push_back(task);
    tasks_.swap(others);
    return {{}, 0.0, rank};
  }

  transport::Roster roster_;
  std::unique_ptr<transport::BlockFunction> function_;
  std::deque<Task> tasks_, late_;
};

/// Doubles its inputs.
class Twice final : public transport::BlockFunction {
 public:
  Index outputs() const override { return 1; }
  void operator()(const transport::BlockId&, MatrixView inputs, MatrixSpan outputs) const override {
    outputs = 2 * inputs;
  }
};

}  // namespace laggard::testing
