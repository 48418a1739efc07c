// Small trainings on images that are easy to tell apart.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "temporary.hpp"
#include "trainer/training.hpp"

namespace laggard::testing {

using trainer::CurveRow;
using trainer::TrainConfig;
using trainer::TrainEnvironment;

/// Class c of four has a bright band of a quarter of the rows, in noise.
class Bands final : public data::Dataset {
 public:
  explicit Bands(std::uint32_t count, std::uint64_t seed = 1, Index side = 28)
      : side_(side), inputs_(count, side * side) {
    Stream stream({seed, Purpose::kData, 0, 0});
    for (Index row = 0; row < inputs_.rows(); ++row) {
      const auto label = static_cast<std::int32_t>(uniform_index(stream, 4));
      labels.push_back(label);
      for (Index pixel = 0; pixel < side * side; ++pixel)
        inputs_(row, pixel) =
            0.5 * uniform01(stream) + (pixel / side / (side / 4) == label ? 0.3 : 0.0);
    }
  }

  Shape shape() const override { return {{1, side_, side_}}; }
  std::optional<std::uint32_t> rows(data::Part part) const override {
    return part == data::Part::kTrials ? static_cast<std::uint32_t>(labels.size()) : 0;
  }
  data::Sample draw(Stream&, std::uint32_t, data::Part) const override { return {}; }
  data::Sample rows_at(std::span<const std::uint32_t> rows, data::Part) const override {
    data::Sample sample{Matrix(static_cast<Index>(rows.size()), inputs_.cols()), {}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      sample.inputs.row(static_cast<Index>(i)) = inputs_.row(rows[i]);
      if (labelled) sample.labels.push_back(labels[rows[i]]);
    }
    return sample;
  }

  bool labelled = true;
  std::vector<std::int32_t> labels;

 private:
  Index side_;
  Matrix inputs_;
};

inline TrainConfig small(const TemporaryDirectory& folder, const std::string& name) {
  TrainConfig config;
  config.epochs = 4;
  config.validation = 60;
  config.batch = 32;
  config.schedule.kind = "cosine";
  config.weights = folder / (name + ".h5");
  config.results = folder / (name + "-curves.h5");
  return config;
}

inline TrainEnvironment quiet() {
  TrainEnvironment environment;
  environment.config = "{}";
  return environment;
}

inline std::vector<CurveRow> curves(const TrainConfig& config) {
  return hdf5::read_rows<CurveRow>({config.results_path(), hdf5::Access::kReadOnly}, "/curves");
}

inline void check_same(const TrainConfig& a, const TrainConfig& b) {
  const auto left = model::read_weights(a.weights_path()).tensors;
  const auto right = model::read_weights(b.weights_path()).tensors;
  REQUIRE(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) CHECK(left[i].values == right[i].values);
  const auto first = curves(a), second = curves(b);
  REQUIRE(first.size() == second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    CHECK(first[i].epoch == i + 1);
    CHECK(second[i].epoch == i + 1);
    CHECK(first[i].train_loss == second[i].train_loss);
    CHECK(first[i].validation_loss == second[i].validation_loss);
  }
}

/// Runs until `stop` was asked `steps` times.
inline void interrupted(const TrainConfig& config, const Bands& data, TrainEnvironment environment,
                        int steps) {
  environment.stop = [&steps] { return steps-- == 0; };
  CHECK_THROWS_AS(trainer::train(config, data, nullptr, environment), Interrupted);
  CHECK_FALSE(std::filesystem::exists(config.weights_path()));
}

}  // namespace laggard::testing
