// All workers in the master's own process.
#pragma once

#include <deque>

#include "core/time_source.hpp"
#include "transport/held_answers.hpp"

namespace laggard::transport {

/// Computes a block when its result is asked for, and never if its round is over by then.
class InProcess final : public Transport {
 public:
  /// `rank` is what this process is called in results.
  explicit InProcess(BlockFunctionFactory factory, std::uint32_t rank = 0,
                     std::shared_ptr<TimeSource> time = std::make_shared<RealTime>())
      : Transport(Roster(0, rank)), factory_(std::move(factory)), time_(std::move(time)) {}

  void configure(const std::string& job) override {
    function_ = factory_(job);
    shared_.reset();
  }
  std::shared_ptr<Round> open(Round round) override;
  void dispatch(const Round& round, const Block& block, std::span<const Seconds> delays) override;
  std::optional<Arrival> receive(Seconds patience) override;

 private:
  struct Task {
    BlockId block;
    std::vector<Seconds> delays;
    Seconds dispatched_s;
  };

  /// Computes the first task in the queue. Its answers are held if they have delays.
  std::optional<Arrival> compute_next();
  Arrival deliver_held();

  BlockFunctionFactory factory_;
  std::unique_ptr<BlockFunction> function_;
  std::deque<Task> queue_;
  std::optional<std::uint32_t> shared_;  // number of the round whose values the function has
  HeldAnswers held_;
  std::shared_ptr<TimeSource> time_;
};

}  // namespace laggard::transport
