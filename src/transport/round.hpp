// One round of tasks and answers, and the memory that they lie in.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "core/types.hpp"

namespace laggard::transport {

/// Neighbouring workers whose results are computed in one call.
struct Block {
  std::uint32_t first_worker = 0;
  std::uint32_t count = 0;
};

/// A block in one round of a run. Every message carries it, so that a late result is never mistaken
/// for a fresh one (R3).
struct BlockId {
  std::uint32_t trial = 0;
  std::uint32_t round = 0;
  std::uint32_t first_worker = 0;
  std::uint32_t count = 0;
  /// Index in the combination: workers of one may run functions of their own.
  std::uint32_t scheme = 0;
  std::uint32_t step = 0;  ///< of the trial, for random streams

  bool operator==(const BlockId&) const = default;
};

/// What is sent to the workers once, and what comes back. A round lasts as long as somebody holds
/// it. Messages refer to its matrices, not to the round: they keep the memory for as long as they
/// are on their way, and nobody has to wait for them.
struct Round {
  std::uint32_t trial = 0;
  std::uint32_t scheme = 0;
  std::uint32_t block_size = 1;          ///< workers per block; the last block may have fewer
  std::shared_ptr<const Matrix> inputs;  ///< active workers x d
  std::shared_ptr<Matrix> results;       ///< rows x m
  /// Rows of the blocks' first workers in `results`, block by block; those of blocks that are not
  /// dispatched do not matter. Empty: the rows of the workers follow each other.
  std::vector<std::uint32_t> rows;
  std::uint32_t step = 0;
  std::uint32_t number = 0;  ///< given by the transport; never repeats within a run
  /// What all blocks need, such as the weights of a model: sent once to each rank. Null: nothing.
  std::shared_ptr<const Matrix> shared = nullptr;
  /// The first one with a row in `inputs`, and in `results` where `rows` is empty. A multiple of
  /// the block size.
  WorkerId first_worker = 0;

  // Divisions show in profiles.
  std::uint32_t block_of(WorkerId worker) const {
    return block_size == 1 ? worker : worker / block_size;
  }
  Index row_of(WorkerId worker) const {
    if (rows.empty()) return Index{worker} - first_worker;
    const std::uint32_t block = block_of(worker);
    return rows[block] + worker - block * block_size;
  }
  BlockId id_of(const Block& block) const {
    return {trial, number, block.first_worker, block.count, scheme, step};
  }
  MatrixView inputs_of(const Block& block) const {
    return rows_of(*inputs, Index{block.first_worker} - first_worker, block.count);
  }
  /// Where the results of a block begin.
  double* results_from(WorkerId worker) const {
    return results->data() + row_of(worker) * results->cols();
  }

  /// The results, without a copy unless a message may still write to them.
  Matrix take_results() { return results.use_count() == 1 ? std::move(*results) : *results; }
};

/// The rounds of a transport by number, without holding them.
class OpenRounds {
 public:
  /// Gives the round its number.
  std::shared_ptr<Round> open(Round round) {
    while (!rounds_.empty() && rounds_.front().expired()) {
      rounds_.pop_front();
      ++first_;
    }
    round.number = first_ + static_cast<std::uint32_t>(rounds_.size());
    auto opened = std::make_shared<Round>(std::move(round));
    rounds_.push_back(opened);
    return opened;
  }

  /// Null if it is over.
  std::shared_ptr<Round> find(std::uint32_t number) const {
    const std::uint32_t at = number - first_;
    return number >= first_ && at < rounds_.size() ? rounds_[at].lock() : nullptr;
  }

  /// All rounds before this one are over.
  std::uint32_t oldest() const { return first_; }

 private:
  std::uint32_t first_ = 0;
  std::deque<std::weak_ptr<Round>> rounds_;  // from number first_ on
};

}  // namespace laggard::transport
