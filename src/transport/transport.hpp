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
#include "transport/round.hpp"

namespace laggard::transport {

/// What the workers of one rank compute.
class BlockFunction {
 public:
  virtual ~BlockFunction() = default;
  /// What all blocks of a round share, see Round::shared. It comes before the first of them, and
  /// again if blocks of another round came between.
  virtual void share(const BlockId& /*round*/, MatrixView /*values*/) {}
  /// `inputs` is count x d, `outputs` is count x m.
  virtual void operator()(const BlockId& block, MatrixView inputs, MatrixSpan outputs) const = 0;
};

/// Makes the function from the job text that the master hands out.
using BlockFunctionFactory = std::function<std::unique_ptr<BlockFunction>(const std::string& job)>;

/// A result, or the news that a rank has failed: then of the blocks that it had none will come.
struct Arrival {
  BlockId block;
  Seconds compute_s = 0.0;   ///< wall time of the forward call
  std::uint32_t failed = 0;  ///< that rank as results call it, or 0
};

/// Every worker rank has failed.
struct NoRanksLeft : RunError {
  using RunError::RunError;
};

/// The master's side. One thread uses it. Any number of rounds may be open at the same time.
class Transport {
 public:
  explicit Transport(Roster roster) : roster_(std::move(roster)) {}
  virtual ~Transport() = default;

  const Roster& roster() const { return roster_; }
  void set_failure_rule(const FailureRule& rule) { roster_.set_rule(rule); }

  /// Tells every worker rank what to compute from now on. A rank that cannot do it reports an
  /// error, which receive() throws.
  virtual void configure(const std::string& job) = 0;

  /// Gives a round its number. It is over when the caller lets go of it, in whatever state it is:
  /// nothing is waited for, and nothing has to be said.
  virtual std::shared_ptr<Round> open(Round round) { return rounds_.open(std::move(round)); }

  /// Starts sending a task of a round and returns at once. Without `delays` the block's results
  /// come as one arrival, as soon as they are computed. With them (one per worker) every worker
  /// answers alone: the computing time of its block and its delay after the task came, or never if
  /// that is infinite. The rank keeps a delayed answer and goes on with other work. The block must
  /// not be lost.
  virtual void dispatch(const Round& round, const Block& block,
                        std::span<const Seconds> delays) = 0;

  /// The next result or failure, of whatever round, or nothing after `patience`. The values are in
  /// the round's results, unless the round is over. Errors of workers are thrown, and NoRanksLeft.
  virtual std::optional<Arrival> receive(Seconds patience) = 0;

 protected:
  Roster roster_;
  OpenRounds rounds_;
};

}  // namespace laggard::transport
