#include "data/clusters.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "core/error.hpp"

namespace laggard::data {
namespace {

TEST_CASE("Clusters are Gaussian around the centres of their classes", "[clusters]") {
  Clusters::Config config;
  config.classes = 3;
  config.dimension = 8;
  config.rows = 30'000;
  config.holdout = 3000;
  const Clusters clusters(config);
  CHECK(clusters.rows(Part::kTrials) == 27'000);
  CHECK(clusters.rows(Part::kHoldout) == 3000);
  std::vector<std::uint32_t> rows(27'000);
  std::iota(rows.begin(), rows.end(), 0U);
  const Sample sample = clusters.rows_at(rows, Part::kTrials);
  Matrix centres = Matrix::Zero(3, 8);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(sample.labels[i] == static_cast<std::int32_t>(i % 3));
    centres.row(sample.labels[i]) += sample.inputs.row(static_cast<Index>(i)) / 9000.0;
  }
  double spread = 0.0;  // of all coordinates of all rows
  for (std::size_t i = 0; i < rows.size(); ++i)
    spread +=
        (sample.inputs.row(static_cast<Index>(i)) - centres.row(sample.labels[i])).squaredNorm();
  CHECK(spread / 27'000 == Approx(1.0).epsilon(0.02));
  // Distances between centres are about separation * sqrt(2).
  CHECK((centres.row(0) - centres.row(1)).norm() > 1.0);
  CHECK(Clusters(config).rows_at(rows, Part::kTrials).inputs == sample.inputs);
  config.seed = 2;
  CHECK(Clusters(config).rows_at(rows, Part::kTrials).inputs != sample.inputs);
}

TEST_CASE("Clusters keep a row for the trials", "[clusters]") {
  Clusters::Config config;
  config.holdout = config.rows;
  CHECK_THROWS_WITH(Clusters(config),
                    "/dataset/holdout is 5000 ('clusters' has 5000 rows); leave at "
                    "least one row for the trials");
}

}  // namespace
}  // namespace laggard::data
