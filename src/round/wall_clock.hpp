// The wall clock: real answers at real times.
#pragma once

#include "round/clock.hpp"

namespace laggard::round {

/// Dispatches every block in which a worker will answer, and waits until the policy is satisfied.
/// Workers of a rank that fails do not answer in this round.
class WallClock final : public Clock {
 public:
  using Clock::Clock;
  bool is_real() const override { return true; }
  Seconds step_s(Seconds real_s, double /*flops*/) const override { return real_s; }
  bool counts_steps() const override { return true; }

 protected:
  std::shared_ptr<PendingRound> dispatch(RoundRequest request, const WaitPolicy& policy) override;
};

}  // namespace laggard::round
