// Stragglers that are chosen by their place.
#pragma once

#include "faults/stragglers.hpp"

namespace laggard::faults {

class NoStragglers final : public Stragglers {
 public:
  using Config = NoParameters;

  explicit NoStragglers(Config) {}

  std::vector<WorkerId> select(const Occasion&, std::uint32_t) const override { return {}; }
  std::uint32_t expected(std::uint32_t) const override { return 0; }
  std::string conflict(std::uint32_t) const override { return {}; }
};

/// A run of neighbours, the hardest pattern for interpolation. It never wraps around, because the
/// first and the last worker are not neighbours on the curve.
class ConsecutiveStragglers final : public Stragglers {
 public:
  struct Config {
    std::uint32_t count = 1;
    /// "random": any run, all equally likely; "center"; "first": from worker 0.
    std::string start = "random";

    void fields(Fields& fields);
  };

  explicit ConsecutiveStragglers(Config config);

  std::vector<WorkerId> select(const Occasion& at, std::uint32_t workers) const override;
  std::uint32_t expected(std::uint32_t) const override { return count_; }
  /// With a random start, workers near an end are in fewer of the N - S + 1 runs.
  double loss_probability(WorkerId worker, std::uint32_t workers) const override;
  std::string conflict(std::uint32_t workers) const override;

 private:
  enum class Start { kRandom, kCenter, kFirst };

  std::uint32_t count_;
  Start start_;
};

/// The same workers in every trial.
class ListedStragglers final : public Stragglers {
 public:
  struct Config {
    std::vector<std::uint32_t> workers;

    void fields(Fields& fields);
  };

  /// Errors: ConfigError if a worker is listed twice.
  explicit ListedStragglers(Config config);

  std::vector<WorkerId> select(const Occasion&, std::uint32_t) const override { return workers_; }
  std::uint32_t expected(std::uint32_t) const override {
    return static_cast<std::uint32_t>(workers_.size());
  }
  double loss_probability(WorkerId worker, std::uint32_t workers) const override;
  std::string conflict(std::uint32_t workers) const override;

 private:
  std::vector<WorkerId> workers_;
};

/// The same workers of every group of `period` consecutive ones. With the groups of a code (k + r)
/// and one position after the other, a sweep averages over all choices of the lost query.
class PeriodicStragglers final : public Stragglers {
 public:
  struct Config {
    std::uint32_t period = 3;
    std::vector<std::uint32_t> workers{0};

    void fields(Fields& fields);
  };

  /// Errors: ConfigError if a position is not below the period or is listed twice.
  explicit PeriodicStragglers(Config config);

  std::vector<WorkerId> select(const Occasion& at, std::uint32_t workers) const override;
  std::uint32_t expected(std::uint32_t workers) const override;
  double loss_probability(WorkerId worker, std::uint32_t workers) const override;
  std::string conflict(std::uint32_t workers) const override;

 private:
  std::uint32_t period_;
  std::vector<std::uint32_t> positions_;
};

}  // namespace laggard::faults
