// Labelled points from Gaussian clusters: a classification that needs no files.
#pragma once

#include "data/finite.hpp"

namespace laggard::data {

/// `rows` points of `dimension` coordinates. Each class has a centre, drawn from N(0, 1/d) in every
/// coordinate times `separation`, and its points lie around it as N(0, 1/d). Point i is of class i
/// mod `classes`. All of it follows from `seed`.
class Clusters final : public FiniteDataset {
 public:
  struct Config {
    std::uint32_t classes = 4;
    std::uint32_t dimension = 20;
    std::uint32_t rows = 5000;
    std::uint32_t holdout = 1000;
    double separation = 2.0;
    std::uint32_t seed = 1;

    void fields(Fields& fields);
  };

  /// Errors: ConfigError unless holdout < rows.
  explicit Clusters(const Config& config, const std::string& where = "/dataset");
};

}  // namespace laggard::data
