// Inputs drawn from a distribution, independent in every coordinate.
#pragma once

#include "data/dataset.hpp"

namespace laggard::data {

class Uniform final : public Dataset {
 public:
  struct Config {
    std::uint32_t dimension = 1;
    double low = -3.0;
    double high = 3.0;

    void fields(Fields& fields);
  };

  /// Errors: ConfigError unless low < high.
  explicit Uniform(Config config, const std::string& where = "/dataset");

  Shape shape() const override { return {{config_.dimension}}; }
  std::optional<std::uint32_t> rows(Part) const override { return std::nullopt; }
  Sample draw(Stream& stream, std::uint32_t count, Part part) const override;

 private:
  Config config_;
};

class Gaussian final : public Dataset {
 public:
  struct Config {
    std::uint32_t dimension = 1;
    double mean = 0.0;
    double deviation = 1.0;

    void fields(Fields& fields);
  };

  explicit Gaussian(Config config, const std::string& = {}) : config_(config) {}

  Shape shape() const override { return {{config_.dimension}}; }
  std::optional<std::uint32_t> rows(Part) const override { return std::nullopt; }
  Sample draw(Stream& stream, std::uint32_t count, Part part) const override;

 private:
  Config config_;
};

}  // namespace laggard::data
