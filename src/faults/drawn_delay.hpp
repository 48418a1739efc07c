// Delays that are independent over trials and workers.
#pragma once

#include "faults/delay.hpp"

namespace laggard::faults {

/// Draws from a distribution of distributions.hpp, with the stream of each address.
template <class Distribution>
class DrawnDelay final : public Delay {
 public:
  using Config = typename Distribution::Config;

  explicit DrawnDelay(Config config) : distribution_(config) {}

  Seconds sample(const Address& at) const override {
    Stream stream = at.stream(Purpose::kDelay);
    return distribution_(stream);
  }
  Seconds mean_for(WorkerId, double) const override { return distribution_.mean(); }

 private:
  Distribution distribution_;
};

}  // namespace laggard::faults
