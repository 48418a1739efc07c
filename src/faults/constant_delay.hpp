// Delays without chance.
#pragma once

#include "faults/delay.hpp"

namespace laggard::faults {

class NoDelay final : public Delay {
 public:
  using Config = NoParameters;

  explicit NoDelay(Config) {}

  Seconds sample(const Address&) const override { return 0.0; }
  Seconds mean_for(WorkerId, double) const override { return 0.0; }
  bool constant() const override { return true; }
};

class ConstantDelay final : public Delay {
 public:
  struct Config {
    Seconds seconds = 1.0;

    void fields(Fields& fields);
  };

  explicit ConstantDelay(Config config) : config_(config) {}

  Seconds sample(const Address&) const override { return config_.seconds; }
  Seconds mean_for(WorkerId, double) const override { return config_.seconds; }
  bool constant() const override { return true; }

 private:
  Config config_;
};

}  // namespace laggard::faults
