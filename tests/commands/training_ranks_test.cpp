// `laggard train` under mpirun: one network, the same numbers however many ranks share the work.
#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "hdf5/file.hpp"
#include "model/weights.hpp"
#include "mpirun.hpp"

namespace laggard {
namespace {

using testing::count;
using testing::mpirun;
using testing::Outcome;
using testing::TemporaryDirectory;

/// 120 images of 28x28 in four classes, and a network with batch normalisation.
std::string training_config(const TemporaryDirectory& directory) {
  hdf5::File file(directory / "images.h5", hdf5::Access::kCreate);
  std::vector<float> images;
  std::vector<std::uint32_t> labels;
  Stream stream({1, Purpose::kData, 0, 0});
  for (int row = 0; row < 120; ++row) {
    labels.push_back(static_cast<std::uint32_t>(row % 4));
    for (int pixel = 0; pixel < 784; ++pixel)
      images.push_back(
          static_cast<float>(0.5 * uniform01(stream) + (pixel / 196 == row % 4 ? 0.3 : 0.0)));
  }
  const std::vector<std::uint64_t> extents{120, 1, 28, 28};
  file.write("images", images, extents);
  file.write("labels", labels);
  return directory
      .write("train.json", R"({"network": {"kind": "resnet18", "width": 2, "stages": 2},
        "dataset": {"kind": "hdf5", "file": ")" +
                               (directory / "images.h5").string() +
                               R"(", "inputs": "/images", "labels": "/labels", "holdout": 100},
        "test": {"kind": "hdf5", "file": ")" +
                               (directory / "images.h5").string() +
                               R"(", "inputs": "/images", "labels": "/labels", "holdout": 100},
        "validation": 20, "epochs": 2, "batch": 16, "shards": 3,
        "augmentation": {"crop": 2, "flip": true}})")
      .string();
}

TEST_CASE("A training has the same bits on any number of ranks", "[mpirun][train]") {
  const TemporaryDirectory directory;
  const std::string config = training_config(directory);
  const auto weights = [&](int ranks) {
    const std::string name = "w" + std::to_string(ranks) + ".h5";
    const std::vector<std::string> arguments{
        "train",
        config,
        "-q",
        "--set",
        "/weights=" + (directory / name).string(),
        "--set",
        "/results=" + (directory / ("curves-" + name)).string()};
    const Outcome outcome = ranks == 0 ? testing::laggard(arguments) : mpirun(ranks, arguments);
    CAPTURE(ranks, outcome.err);
    REQUIRE(outcome.code == 0);
    CHECK(outcome.err.empty());
    return model::read_weights(directory / name);
  };
  const model::Weights alone = weights(0);
  for (const int ranks : {2, 3}) {
    const model::Weights together = weights(ranks);
    CHECK(together.origin.validation_accuracy == alone.origin.validation_accuracy);
    REQUIRE(together.tensors.size() == alone.tensors.size());
    for (std::size_t i = 0; i < alone.tensors.size(); ++i) {
      const bool same = together.tensors[i].values == alone.tensors[i].values;
      CHECK(same);
    }
  }
}

TEST_CASE("So has the training of a parity model", "[mpirun][train][coding]") {
  const TemporaryDirectory directory;
  const std::string config = training_config(directory);
  const auto train = [&](int ranks, const std::string& name, std::vector<std::string> settings) {
    std::vector<std::string> arguments{"train", config, "-q"};
    settings.push_back("/weights=" + (directory / name).string());
    settings.push_back("/results=" + (directory / ("curves-" + name)).string());
    for (const std::string& setting : settings) {
      arguments.push_back("--set");
      arguments.push_back(setting);
    }
    const Outcome outcome = ranks == 0 ? testing::laggard(arguments) : mpirun(ranks, arguments);
    CAPTURE(ranks, outcome.err);
    REQUIRE(outcome.code == 0);
    return model::read_weights(directory / name);
  };
  train(0, "base.h5", {});
  const std::vector<std::string> parity{
      R"(/task={"kind": "parity", "base": ")" + (directory / "base.h5").string() + "\"}",
      "/augmentation={}"};
  const model::Weights alone = train(0, "w0.h5", parity), together = train(3, "w3.h5", parity);
  CHECK(together.origin.validation_accuracy == alone.origin.validation_accuracy);
  REQUIRE(together.tensors.size() == alone.tensors.size());
  for (std::size_t i = 0; i < alone.tensors.size(); ++i)
    CHECK(together.tensors[i].values == alone.tensors[i].values);
}

TEST_CASE("Ranks that cannot all train stop with one message", "[mpirun][train]") {
  const TemporaryDirectory directory;
  const std::string config = training_config(directory);
  const Outcome outcome =
      mpirun(4, {"train", config, "-q", "--set", "/weights=" + (directory / "w.h5").string(),
                 "--set", "/results=" + (directory / "c.h5").string()});
  CHECK(outcome.code != 0);
  CHECK(count(outcome.err, "laggard: /shards is 3") == 1);
  CHECK_FALSE(std::filesystem::exists(directory / "w.h5"));
}

}  // namespace
}  // namespace laggard
