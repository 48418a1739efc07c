// All workers in the master's own process.
#pragma once

#include <deque>

#include "transport/transport.hpp"

namespace laggard::transport {

/// Computes a block when its result is asked for.
class InProcess final : public Transport {
 public:
  explicit InProcess(BlockFunctionFactory factory) : factory_(std::move(factory)) {}

  std::uint32_t worker_ranks() const override { return 0; }
  void configure(const std::string& job) override { function_ = factory_(job); }
  void dispatch(std::uint32_t index, const BlockId& block, MatrixView inputs) override;
  std::optional<Arrival> receive(Seconds patience, const Placement& place) override;
  void finish_round() override {}
  void abandon_round(Matrix, Matrix) override { queue_.clear(); }

 private:
  struct Task {
    BlockId block;
    MatrixView inputs;
  };

  BlockFunctionFactory factory_;
  std::unique_ptr<BlockFunction> function_;
  std::deque<Task> queue_;
};

}  // namespace laggard::transport
