// How tasks reach the workers and results the master: one small interface, in-process or MPI (R2).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/error.hpp"
#include "core/types.hpp"
#include "transport/roster.hpp"

namespace laggard::transport {

/// A block of consecutive workers in one round of a run. Every message carries it, so that a late
/// result is never mistaken for a fresh one (R3).
struct BlockId {
  std::uint32_t trial = 0;
  std::uint32_t round = 0;  ///< one dispatch-and-collect; never repeats within a run
  std::uint32_t first_worker = 0;
  std::uint32_t count = 0;
  std::uint32_t scheme =
      0;  ///< index in the combination: workers of one may run functions of their own

  bool operator==(const BlockId&) const = default;
};

/// What the workers of one rank compute.
class BlockFunction {
 public:
  virtual ~BlockFunction() = default;
  virtual Index outputs() const = 0;
  /// `inputs` is count x d, `outputs` is count x m.
  virtual void operator()(const BlockId& block, MatrixView inputs, MatrixSpan outputs) const = 0;
};

/// Makes the function from the job text that the master hands out.
using BlockFunctionFactory = std::function<std::unique_ptr<BlockFunction>(const std::string& job)>;

/// A result, or the news that a rank has failed: then of the blocks that it had none will come.
struct Arrival {
  BlockId block;
  Seconds compute_s = 0.0;   ///< wall time of the forward call
  std::uint32_t failed = 0;  ///< that rank, or 0
};

/// Every worker rank has failed.
struct NoRanksLeft : RunError {
  using RunError::RunError;
};

/// Where the count x m results of a block go; null: nobody waits for them, drop them.
using Placement = std::function<double*(const BlockId&)>;

/// The master's side. One thread uses it.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Ranks that host workers. 0: in-process.
  virtual std::uint32_t worker_ranks() const = 0;

  /// The rank that computes block `index`: 1 + (index mod worker_ranks()), another one while that
  /// is failed; in-process, its own.
  virtual std::uint32_t rank_of(std::uint32_t index) const = 0;
  /// Whether nobody computes this block: its rank has failed and the rule gives it to no other.
  virtual bool is_lost(std::uint32_t index) const = 0;
  virtual bool any_lost() const = 0;
  virtual void set_failure_rule(const FailureRule& rule) = 0;

  /// Tells every worker rank what to compute from now on. A rank that cannot do it reports an
  /// error, which receive() throws.
  virtual void configure(const std::string& job) = 0;

  /// Starts sending a task and returns at once. `inputs` must stay as they are until the round
  /// ends. `index` is the block's place in the order of blocks. Without `delays` the block's
  /// results come as one arrival, as soon as they are computed. With them every worker answers
  /// alone: the computing time of its block and its delay after the task came, or never if that is
  /// infinite. The rank keeps a delayed answer and goes on with other work. The block must not be
  /// lost.
  virtual void dispatch(std::uint32_t index, const BlockId& block, MatrixView inputs,
                        std::span<const Seconds> delays) = 0;

  /// The next result or failure, or nothing after `patience`. Errors of workers are thrown, and
  /// NoRanksLeft.
  virtual std::optional<Arrival> receive(Seconds patience, const Placement& place) = 0;

  /// Ends a round of which all results have come and in which no rank failed: waits until no send
  /// refers to its inputs.
  virtual void finish_round() = 0;

  /// Ends a round without waiting for anybody. What is still on its way refers to the matrices, so
  /// that the transport keeps them for as long. Results that come later are late: they have the
  /// round's number and perhaps no values.
  virtual void retire_round(Matrix inputs, Matrix results) = 0;

  /// Ends a round that an error or a signal cut short. What is still on its way refers to the
  /// matrices, so that the transport keeps them; it takes no further round.
  virtual void abandon_round(Matrix inputs, Matrix results) = 0;
};

}  // namespace laggard::transport
