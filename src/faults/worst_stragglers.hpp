// Stragglers that an adversary chooses.
#pragma once

#include "faults/random_stragglers.hpp"

namespace laggard::faults {

/// `count` workers whose loss makes the error of a scheme large. Who they are depends on the scheme
/// and on the answers, so that the experiment searches them (schemes/worst_losses.hpp). Without a
/// scheme it is a random set of the same size, as the kind 'random' draws it.
class WorstStragglers final : public Stragglers {
 public:
  using Config = RandomStragglers::Config;

  explicit WorstStragglers(Config config) : random_(config) {}

  bool knows_scheme() const override { return true; }
  std::vector<WorkerId> select(const Occasion& at, std::uint32_t workers) const override {
    return random_.select(at, workers);
  }
  std::uint32_t expected(std::uint32_t workers) const override { return random_.expected(workers); }
  std::string conflict(std::uint32_t workers) const override { return random_.conflict(workers); }

 private:
  RandomStragglers random_;
};

}  // namespace laggard::faults
