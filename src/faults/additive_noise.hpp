// Noise that is added to results.
#pragma once

#include <vector>

#include "faults/noise.hpp"

namespace laggard::faults {

class NoNoise final : public Noise {
 public:
  using Config = NoParameters;

  explicit NoNoise(Config) {}

  void apply(const Address&, std::span<double>) const override {}
  bool silent() const override { return true; }
};

/// Independent normal noise of standard deviation sigma; two values from every two draws.
class GaussianNoise final : public Noise {
 public:
  struct Config {
    double sigma = 0.1;

    void fields(Fields& fields);
  };

  explicit GaussianNoise(Config config) : config_(config) {}

  void apply(const Address& at, std::span<double> result) const override;
  double sigma() const override { return config_.sigma; }

 private:
  Config config_;
};

/// Normal noise as above whose sigma is that of the worker's group. Each worker is in a group for
/// the run, in group g with probability shares[g] / sum(shares), independently of the others;
/// worker n is in the same one for any N.
class GroupNoise final : public Noise {
 public:
  struct Config {
    std::vector<double> shares{0.5, 0.5};
    std::vector<double> sigmas{0.1, 1.0};

    void fields(Fields& fields);
  };

  /// Errors: ConfigError unless there are as many shares as sigmas and some share is positive.
  explicit GroupNoise(Config config);

  void apply(const Address& at, std::span<double> result) const override;
  double sigma() const override;
  std::vector<double> sigmas(std::uint64_t seed, std::uint32_t workers) const override;

 private:
  double sigma_of(std::uint64_t seed, std::uint32_t worker) const;

  Config config_;
};

/// Independent noise, uniform on [-width, width): standard deviation width / sqrt(3); one draw per
/// value.
class UniformNoise final : public Noise {
 public:
  struct Config {
    double width = 0.1;

    void fields(Fields& fields);
  };

  explicit UniformNoise(Config config) : config_(config) {}

  void apply(const Address& at, std::span<double> result) const override;
  double sigma() const override;

 private:
  Config config_;
};

}  // namespace laggard::faults
