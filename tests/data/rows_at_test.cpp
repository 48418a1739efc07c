#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "data/files.hpp"
#include "data/idx.hpp"
#include "data/synthetic.hpp"

namespace laggard::data {
namespace {

TEST_CASE("chosen rows of a part come in the order asked for", "[data]") {
  const test::TemporaryDirectory folder;
  Idx::Config config;
  config.images = folder.write("images", test::idx({4, 1, 2}, {0, 255, 51, 51, 102, 0, 255, 0}));
  config.labels = folder.write("labels", test::idx({4}, {7, 8, 9, 6}));
  config.holdout = 2;
  const Idx dataset(config);

  const std::vector<std::uint32_t> rows{1, 0, 1};
  const Sample trials = dataset.rows_at(rows, Part::kTrials);
  CHECK(trials.labels == std::vector<std::int32_t>{8, 7, 8});
  CHECK(trials.inputs.row(0) == Eigen::RowVector2d(0.2, 0.2));
  CHECK(trials.inputs.row(1) == Eigen::RowVector2d(0.0, 1.0));
  const Sample holdout = dataset.rows_at(rows, Part::kHoldout);
  CHECK(holdout.labels == std::vector<std::int32_t>{6, 9, 6});
  CHECK(holdout.inputs.row(1) == Eigen::RowVector2d(0.4, 0.0));
  CHECK(dataset.labels_at(rows, Part::kTrials) == trials.labels);
  CHECK(dataset.labels_at(rows, Part::kHoldout) == holdout.labels);
}

TEST_CASE("distributions have no rows to choose from", "[data]") {
  const std::vector<std::uint32_t> rows{0};
  CHECK_THROWS_AS(Uniform({}).rows_at(rows, Part::kTrials), ConfigError);
}

}  // namespace
}  // namespace laggard::data
