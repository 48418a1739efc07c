#include "trainer/rows.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "model/weights.hpp"

namespace laggard::trainer {
namespace {

using Catch::Matchers::Contains;

/// Two channels of 2 x 2, one of them constant.
class Flat final : public data::Dataset {
 public:
  Shape shape() const override { return {{2, 2, 2}}; }
  std::optional<std::uint32_t> rows(data::Part part) const override {
    return part == data::Part::kTrials ? 700 : 0;
  }
  data::Sample draw(Stream&, std::uint32_t, data::Part) const override { return {}; }
  data::Sample rows_at(std::span<const std::uint32_t> rows, data::Part) const override {
    data::Sample sample{Matrix(static_cast<Index>(rows.size()), 8), {}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      sample.inputs.row(static_cast<Index>(i)) << 0.1, 0.1, 0.1, 0.1, 1, 1, 3, 3;
      sample.labels.push_back(rows[i] == 600 ? last : 0);
    }
    return sample;
  }

  std::int32_t last = 1;
};

TEST_CASE("a constant channel has deviation 1, whatever rounding leaves of its variance",
          "[train]") {
  const Flat data;
  const Statistics statistics = describe(LabelledRows::for_training(data), 700);
  CHECK(statistics.mean[0] == Approx(0.1));
  CHECK(statistics.deviation[0] == 1.0);
  CHECK(statistics.mean[1] == Approx(2.0));
  CHECK(statistics.deviation[1] == Approx(1.0));
  CHECK(statistics.classes == 2);
}

TEST_CASE("labels that no network has outputs for are refused", "[train]") {
  Flat data;
  data.last = GENERATE(1'000'000, 2'147'483'647);
  CHECK_THROWS_WITH(describe(LabelledRows::for_training(data), 700),
                    Contains("a network has at most 1000000 outputs"));
  data.last = 999'999;
  CHECK(describe(LabelledRows::for_training(data), 700).classes == model::kMostOutputs);
}

}  // namespace
}  // namespace laggard::trainer
