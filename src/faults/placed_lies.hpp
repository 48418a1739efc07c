// What liars say who are chosen by their place.
#pragma once

#include "faults/placed_adversaries.hpp"

namespace laggard::faults {

class NoAdversaries final : public Adversaries {
 public:
  using Config = NoParameters;

  explicit NoAdversaries(Config) {}

  Lies lie(const Occasion&, const Collected&) const override { return {}; }
  bool silent() const override { return true; }
  std::string conflict(std::uint32_t, std::uint32_t) const override { return {}; }
};

/// -y.
class SignFlip final : public PlacedAdversaries {
 public:
  using Config = PlacedConfig;

  explicit SignFlip(Config config) : PlacedAdversaries(std::move(config)) {}

 protected:
  void tell(const Plot& plot, Matrix& answers) const override;
};

/// y + sigma N(0, I), drawn anew for each liar and trial. The bound cuts large sigma.
class RandomLies final : public PlacedAdversaries {
 public:
  struct Config : PlacedConfig {
    double sigma = 100.0;

    void fields(Fields& fields);
  };

  explicit RandomLies(Config config) : PlacedAdversaries(config), sigma_(config.sigma) {}

 protected:
  void tell(const Plot& plot, Matrix& answers) const override;

 private:
  double sigma_;
};

/// M in every coordinate.
class ConstantLies final : public PlacedAdversaries {
 public:
  using Config = PlacedConfig;

  explicit ConstantLies(Config config) : PlacedAdversaries(std::move(config)) {}

 protected:
  void tell(const Plot& plot, Matrix& answers) const override;
};

/// Parameters of lies that stay near the truth.
struct NearConfig : PlacedConfig {
  double amplitude = 0.3;

  void fields(Fields& fields);
};

/// y + amplitude M: all liars move by the same.
class ShiftedLies final : public PlacedAdversaries {
 public:
  using Config = NearConfig;

  explicit ShiftedLies(Config config) : PlacedAdversaries(config), amplitude_(config.amplitude) {}

 protected:
  void tell(const Plot& plot, Matrix& answers) const override;

 private:
  double amplitude_;
};

/// y + amplitude M sin^2(pi (i - 1/2) / E) for liar i = 1..E: on neighbours a smooth bump, which
/// no single answer gives away.
class BumpLies final : public PlacedAdversaries {
 public:
  struct Config : NearConfig {
    Config() { placement = "consecutive"; }
  };

  explicit BumpLies(Config config) : PlacedAdversaries(config), amplitude_(config.amplitude) {}

 protected:
  void tell(const Plot& plot, Matrix& answers) const override;

 private:
  double amplitude_;
};

/// The liars pass their answers round, in a random order: each number is right for somebody else.
class CopyLies final : public PlacedAdversaries {
 public:
  using Config = PlacedConfig;

  explicit CopyLies(Config config) : PlacedAdversaries(std::move(config)) {}

  std::string conflict(std::uint32_t workers, std::uint32_t answers) const override;

 protected:
  void tell(const Plot& plot, Matrix& answers) const override;
};

}  // namespace laggard::faults
