// Workers that are slow because their ranks have other work to do.
#pragma once

#include "faults/delay.hpp"

namespace laggard::faults {

/// Burns processor time on chosen ranks while they serve: how late their workers are is up to the
/// machine, so that only the wall clock sees it.
class LoadDelay final : public Delay {
 public:
  struct Config {
    std::vector<std::uint32_t> ranks{1};
    std::uint32_t threads = 1;
    double duty = 1.0;

    void fields(Fields& fields);
  };

  explicit LoadDelay(Config config) : config_(std::move(config)) {}

  Seconds sample(const Address&) const override { return 0.0; }
  Seconds mean_for(WorkerId, double) const override { return 0.0; }
  bool needs_wall_clock() const override { return true; }
  std::vector<std::uint32_t> loaded_ranks() const override { return config_.ranks; }
  std::unique_ptr<Load> load_on(std::uint32_t rank) const override;

 private:
  Config config_;
};

}  // namespace laggard::faults
