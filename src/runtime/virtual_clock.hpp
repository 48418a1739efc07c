// A round on the virtual clock: who is late is known before it starts, and nobody waits.
#pragma once

#include <memory>
#include <vector>

#include "core/records.hpp"
#include "transport/transport.hpp"

namespace laggard::runtime {

/// One round: who it is and what its workers compute.
struct VirtualRound {
  std::uint32_t trial = 0, scheme = 0;
  std::uint32_t block = 1;  ///< workers per forward call
  Index outputs = 1;        ///< m
  bool together = false;    ///< neighbouring blocks may be one call: the bits are the same
};

struct Computed {
  Matrix results;                    ///< a row per used worker
  std::vector<std::uint32_t> ranks;  ///< that computed them, worker by worker
  std::vector<WorkerId> failed;      ///< used workers whose rank failed, if nobody took them over
  std::vector<std::uint32_t> failed_ranks;  ///< in this round
};

/// Computes the blocks with at least one of the workers `used` (ascending, not empty). Each is
/// computed whole, so that its numbers do not depend on who else was lost. When a rank fails, the
/// blocks that it had are dispatched again; where the transport gives them to nobody, the results
/// are incomplete and `failed` says of whom. Adds up times in `timing`. Errors: Interrupted,
/// RunError from workers.
Computed compute_on_virtual_clock(transport::Transport& transport, const VirtualRound& round,
                                  const std::vector<WorkerId>& used,
                                  const std::shared_ptr<const Matrix>& inputs,
                                  TimingRecord& timing);

}  // namespace laggard::runtime
