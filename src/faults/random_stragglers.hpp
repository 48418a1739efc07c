// Stragglers that are chosen by chance.
#pragma once

#include "faults/stragglers.hpp"

namespace laggard::faults {

/// Exactly `count` workers, all sets equally likely; O(S) apart from sorting. With the same seed
/// the stragglers of a smaller count are among those of a larger one, which makes curves over S
/// smoother than independent draws would.
class RandomStragglers final : public Stragglers {
 public:
  struct Config {
    std::uint32_t count = 1;

    void fields(Fields& fields);
  };

  explicit RandomStragglers(Config config) : config_(config) {}

  std::vector<WorkerId> select(const Occasion& at, std::uint32_t workers) const override;
  std::uint32_t expected(std::uint32_t) const override { return config_.count; }
  std::string conflict(std::uint32_t workers) const override;

 private:
  Config config_;
};

/// Every worker on its own; O(N). A trial may lose everybody.
class BernoulliStragglers final : public Stragglers {
 public:
  struct Config {
    double probability = 0.1;

    void fields(Fields& fields);
  };

  explicit BernoulliStragglers(Config config) : config_(config) {}

  std::vector<WorkerId> select(const Occasion& at, std::uint32_t workers) const override;
  std::uint32_t expected(std::uint32_t workers) const override;
  double mean(std::uint32_t workers) const override { return config_.probability * workers; }
  std::string conflict(std::uint32_t workers) const override;

 private:
  Config config_;
};

}  // namespace laggard::faults
