// The virtual clock: which workers are late is known before a round starts, and the master never
// waits for a delay.
#pragma once

#include "round/clock.hpp"

namespace laggard::round {

/// Computes the blocks in which at least one worker answers in time. Each block is computed whole,
/// so that its bits do not depend on which other workers are lost. When a rank fails, its blocks
/// are dispatched again. Where no other rank takes them over, their workers are lost, and the round
/// begins again with other workers in their place.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(const ClockParts& parts, TimeModel model = {})
      : Clock(parts), model_(std::move(model)) {}
  bool is_real() const override { return false; }
  Seconds step_s(Seconds /*real_s*/, double flops) const override { return model_.codec_s(flops); }
  bool counts_steps() const override { return model_.config().codec_flops > 0.0; }

 protected:
  std::shared_ptr<PendingRound> dispatch(RoundRequest request, const WaitPolicy& policy) override;

 private:
  TimeModel model_;
};

}  // namespace laggard::round
