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
  using Function = std::shared_ptr<transport::BlockFunction>;

  /// One function for each rank, which may remember what that rank has computed.
  explicit MortalTransport(std::vector<Function> functions)
      : Transport(transport::Roster(static_cast<std::uint32_t>(functions.size()))),
        functions_(std::move(functions)) {}
  /// The same for all ranks.
  MortalTransport(std::uint32_t ranks, Function function)
      : MortalTransport(std::vector<Function>(ranks, std::move(function))) {}

  std::set<std::uint32_t> dying, stopped;
  std::vector<std::uint32_t> computed;  ///< first workers of blocks, in the order of results
  std::set<std::uint32_t> rounds;       ///< that anything was dispatched in

  void configure(const std::string&) override {}

  void dispatch(const transport::Round& round, const transport::Block& block,
                std::span<const Seconds> delays) override {
    rounds.insert(round.number);
    const std::uint32_t rank = roster_.rank_of(round.block_of(block.first_worker));
    if (delays.empty()) tasks_.push_back({rank, round.id_of(block)});
    for (std::uint32_t i = 0; i < delays.size(); ++i)  // every worker answers alone
      if (std::isfinite(delays[i]))
        tasks_.push_back({rank, round.id_of({block.first_worker + i, 1})});
  }

  std::optional<transport::Arrival> receive(Seconds) override {
    if (tasks_.empty() && late_.empty()) return std::nullopt;
    const bool back = tasks_.empty();
    const Task task = back ? late_.front() : tasks_.front();
    if (!back && (dying.contains(task.rank) || stopped.contains(task.rank))) return fail(task.rank);
    (back ? late_ : tasks_).pop_front();
    computed.push_back(task.block.first_worker);
    if (const auto round = rounds_.find(task.block.round)) {
      const transport::Block block{task.block.first_worker, task.block.count};
      transport::BlockFunction& function = *functions_[task.rank - 1];
      if (round->shared)
        function.share(task.block, MatrixView(round->shared->data(), round->shared->rows(),
                                              round->shared->cols()));
      function(
          task.block, round->inputs_of(block),
          MatrixSpan(round->results_from(block.first_worker), block.count, round->results->cols()));
    }
    return transport::Arrival{task.block, 0.25};
  }

 private:
  struct Task {
    std::uint32_t rank;
    transport::BlockId block;
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

  std::vector<Function> functions_;
  std::deque<Task> tasks_, late_;
};

}  // namespace laggard::testing
