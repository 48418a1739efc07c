// One network on several ranks: every rank has a copy, and they stay the same to the last bit.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/learner.hpp"
#include "trainer/task.hpp"
#include "transport/group.hpp"

namespace laggard::trainer {

/// Averages over units (rows, or groups of a code).
class Average {
 public:
  void add(const model::BatchResult& batch, std::size_t units) {
    loss_ += batch.loss;
    correct_ += batch.correct;
    decisions_ += batch.decisions;
    units_ += static_cast<double>(units);
  }

  double loss() const { return loss_ / units_; }
  double accuracy() const { return correct_ / decisions_; }

 private:
  double loss_ = 0, correct_ = 0, decisions_ = 0, units_ = 0;
};

/// Ranks that find other files would go on from other states and wait for each other for ever.
/// Errors: ConfigError if `state` is not that of rank 0.
void check_same_on_all(transport::Group& group, const std::string& state);

/// Synchronous data-parallel steps. A batch is cut into `shards` runs of units whatever the number
/// of ranks; a rank computes the gradients of its shards one by one, and all are added in the order
/// of one tree. So the numbers depend on `shards` and not on the ranks. Batch normalisation sees
/// one shard at a time, and its running statistics are averaged over the shards.
class ParallelSteps {
 public:
  /// All must outlive the object. Errors: ConfigError if some ranks would have no shard.
  ParallelSteps(model::Learner& learner, transport::Group& group, std::uint32_t shards);

  /// One step on the batch. `seed` is for what the network draws. The result is on every rank that
  /// of the whole batch.
  model::BatchResult step(const Examples& batch, std::uint64_t seed, double learning_rate);

  /// Adds up over the ranks what each rank found in its share of an evaluation.
  std::vector<model::BatchResult> combine(std::vector<model::BatchResult> own);

 private:
  struct Run {
    std::uint32_t first, count;
  };
  Run units_of_shard(std::uint32_t shard, std::uint32_t units) const;

  model::Learner& learner_;
  transport::Group& group_;
  std::uint32_t shards_;
  std::uint32_t first_shard_ = 0;
  std::vector<std::vector<float>> own_;  // per shard of this rank: gradients and buffers, result
  std::vector<float> sum_;
};

}  // namespace laggard::trainer
