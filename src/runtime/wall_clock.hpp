// The wall clock: real answers at real times.
#pragma once

#include "runtime/clock.hpp"

namespace laggard::runtime {

/// Dispatches every block in which a worker will answer, and waits until the policy is satisfied.
/// Workers of a rank that fails do not answer in this round.
class WallClock final : public Clock {
 public:
  using Clock::Clock;
  bool is_real() const override { return true; }

 protected:
  std::shared_ptr<PendingRound> dispatch(RoundRequest request, const WaitPolicy& policy) override;
};

}  // namespace laggard::runtime
