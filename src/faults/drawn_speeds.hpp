// Speeds that are drawn once for a run.
#pragma once

#include <string>
#include <vector>

#include "core/fields.hpp"
#include "faults/speeds.hpp"

namespace laggard::faults {

/// Group g has the share shares[g] / sum(shares) of the workers, rounded so that the sizes add up
/// to N: its end is the rounded end of its share. By default the groups are dealt to the workers at
/// random; "consecutive": the first workers are the first group; "spread": every run of neighbours
/// has nearly its share of each group. A curve scheme puts worker n at the n-th point, so that the
/// placement says which points the slow workers have.
class GroupSpeeds final : public Speeds {
 public:
  struct Config {
    std::vector<double> shares{0.9, 0.1};
    std::vector<double> factors{1.0, 5.0};
    std::string placement = "random";

    void fields(Fields& fields);
  };

  /// Errors: ConfigError unless there are as many shares as factors and some share is positive.
  explicit GroupSpeeds(Config config);

  std::vector<double> factors(std::uint64_t seed, std::uint32_t workers) const override;

 private:
  std::vector<std::size_t> blocks_of_groups(std::uint32_t workers) const;
  std::vector<std::size_t> spread_groups(std::uint32_t workers) const;

  Config config_;
};

/// log factor is normal with mean 0 and standard deviation sigma, independent over the workers; two
/// draws per worker. Worker n has the same factor for any N.
class LognormalSpeeds final : public Speeds {
 public:
  struct Config {
    double sigma = 0.3;

    void fields(Fields& fields);
  };

  explicit LognormalSpeeds(Config config) : config_(config) {}

  std::vector<double> factors(std::uint64_t seed, std::uint32_t workers) const override;

 private:
  Config config_;
};

}  // namespace laggard::faults
