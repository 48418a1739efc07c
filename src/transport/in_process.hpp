// All workers in the master's own process.
#pragma once

#include <deque>

#include "core/stopwatch.hpp"
#include "transport/held_answers.hpp"

namespace laggard::transport {

/// Computes a block when its result is asked for.
class InProcess final : public Transport {
 public:
  /// `rank` is what this process is called in results.
  explicit InProcess(BlockFunctionFactory factory, std::uint32_t rank = 0)
      : factory_(std::move(factory)), rank_(rank) {}

  std::uint32_t worker_ranks() const override { return 0; }
  std::uint32_t rank_of(std::uint32_t) const override { return rank_; }
  bool is_lost(std::uint32_t) const override { return false; }
  bool any_lost() const override { return false; }
  void set_failure_rule(const FailureRule&) override {}
  void configure(const std::string& job) override { function_ = factory_(job); }
  void dispatch(std::uint32_t index, const BlockId& block, MatrixView inputs,
                std::span<const Seconds> delays) override;
  std::optional<Arrival> receive(Seconds patience, const Placement& place) override;
  void finish_round() override {}
  /// What was not computed by then never is.
  void retire_round(Matrix inputs, Matrix results) override;
  void abandon_round(Matrix, Matrix) override { queue_.clear(); }

 private:
  struct Task {
    BlockId block;
    MatrixView inputs;
    std::vector<Seconds> delays;
    Seconds dispatched_s;
  };

  Arrival compute(const Task& task, double* target) const;
  /// Computes all that is waiting and holds the answers; then the next one that is due in time.
  std::optional<Arrival> receive_delayed(Seconds patience, const Placement& place);

  BlockFunctionFactory factory_;
  std::uint32_t rank_;
  std::unique_ptr<BlockFunction> function_;
  std::deque<Task> queue_;
  HeldAnswers held_;
  std::uint32_t round_ = 0;
  Stopwatch clock_;
};

}  // namespace laggard::transport
