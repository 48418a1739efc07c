// Delays that all workers of a round share.
#pragma once

#include <memory>

#include "core/fields.hpp"
#include "faults/delay.hpp"

namespace laggard::faults {

/// Another delay times a factor that all workers of a round share: the logarithm of the factor is
/// normal with mean 0 and standard deviation sigma, independent over trials and steps. Machines and
/// networks that others use, too, are slow for all workers at once.
class SharedDelay final : public Delay {
 public:
  struct Config {
    double sigma = 0.3;
    Component delay{"shifted_exponential", "{}", "/delay/delay"};

    void fields(Fields& fields);
  };

  /// Errors: those of the delay; ConfigError for one that slows down ranks, not workers.
  explicit SharedDelay(Config config);

  Seconds sample(const Address& at) const override { return factor(at) * delay_->sample(at); }
  Seconds sample_for(const Address& at, double work) const override {
    return factor(at) * delay_->sample_for(at, work);
  }
  Seconds mean_for(WorkerId worker, double work) const override;

 private:
  double factor(const Address& at) const;

  double sigma_;
  std::unique_ptr<Delay> delay_;
};

}  // namespace laggard::faults
