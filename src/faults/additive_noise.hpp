// Noise that is added to results.
#pragma once

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
