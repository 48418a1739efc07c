// Speeds without chance.
#pragma once

#include <vector>

#include "core/fields.hpp"
#include "faults/speeds.hpp"

namespace laggard::faults {

/// Slower or faster by more than this is an error in a configuration.
inline constexpr Range kSpeedFactor{1e-6, 1e6, false};

class EqualSpeeds final : public Speeds {
 public:
  using Config = NoParameters;

  explicit EqualSpeeds(Config) {}

  std::vector<double> factors(std::uint64_t, std::uint32_t) const override { return {}; }
};

class ListedSpeeds final : public Speeds {
 public:
  struct Config {
    std::vector<double> factors{1.0};

    void fields(Fields& fields);
  };

  /// Errors: ConfigError for an empty list.
  explicit ListedSpeeds(Config config);

  std::vector<double> factors(std::uint64_t, std::uint32_t workers) const override;
  std::string conflict(std::uint32_t workers) const override;

 private:
  std::vector<double> factors_;
};

}  // namespace laggard::faults
