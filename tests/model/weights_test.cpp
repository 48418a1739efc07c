#include "model/weights.hpp"

#include <hdf5.h>

#include <catch2/catch.hpp>
#include <memory>

#include "core/error.hpp"
#include "places.hpp"
#include "temporary.hpp"

namespace laggard::model {
namespace {

using Catch::Matchers::Contains;

Weights example() {
  Weights weights;
  weights.network = {"lenet5", "{\"kind\":\"lenet5\"}", {{1, 28, 28}}, 10};
  weights.tensors = {{"a.bias", {3}, {1.0F, -2.0F, 0.1F}}, {"a.weight", {1, 2}, {5.0F, 6.0F}}};
  weights.origin.test_accuracy = 0.9;
  weights.origin.seed = 7;
  weights.origin.command = "laggard train x.json";
  return weights;
}

TEST_CASE("weights come back as they were written", "[weights]") {
  const testing::TemporaryDirectory folder;
  const auto path = folder / "new/weights.h5";
  const Weights written = example();
  write_weights(path, written);
  const Weights read = read_weights(path);
  CHECK(read.network == written.network);
  CHECK(read.source == path.string());
  CHECK(read.origin.test_accuracy == 0.9);
  CHECK(std::isnan(read.origin.validation_accuracy));
  CHECK(read.origin.seed == 7);
  CHECK(read.origin.command == written.origin.command);
  REQUIRE(read.tensors.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(read.tensors[i].name == written.tensors[i].name);
    CHECK(read.tensors[i].extents == written.tensors[i].extents);
    CHECK(read.tensors[i].values == written.tensors[i].values);
  }
}

TEST_CASE("files that are no weights are refused by name", "[weights]") {
  const testing::TemporaryDirectory folder;
  CHECK_THROWS_WITH(read_weights(folder / "none.h5"),
                    Contains("none.h5") && Contains("there is no such file"));
  CHECK_THROWS_WITH(read_weights(folder / "."), Contains("it is a directory"));
  CHECK_THROWS_AS(read_weights(folder.write("text.h5", "not HDF5")), DataError);

  const auto result = folder / "result.h5";
  hdf5::File(result, hdf5::Access::kCreate).write_attribute("format", std::string("laggard"));
  CHECK_THROWS_WITH(read_weights(result), Contains("not a weights file"));

  const auto path = folder / "weights.h5";
  write_weights(path, example());
  SECTION("another version") {
    hdf5::File(path, hdf5::Access::kReadWrite).write_attribute("format_version", std::uint64_t{9});
    CHECK_THROWS_WITH(read_weights(path), Contains("version is 9"));
  }
  SECTION("numbers that are none") {
    Weights weights = example();
    weights.tensors[1].values[1] = std::numeric_limits<float>::infinity();
    write_weights(path, weights);
    CHECK_THROWS_WITH(read_weights(path),
                      Contains("weights.h5") && Contains("'a.weight' holds inf"));
    weights.tensors[0].values[2] = -std::numeric_limits<float>::quiet_NaN();
    write_weights(path, weights);
    CHECK_THROWS_WITH(read_weights(path), Contains("'a.bias' holds nan"));
  }
  SECTION("a damaged shape") {
    hdf5::File(path, hdf5::Access::kReadWrite).write_attribute("input_shape", std::string("1x-3"));
    CHECK_THROWS_WITH(read_weights(path), Contains("input_shape"));
  }
  SECTION("parameters that were never stored") {
    auto file = std::make_unique<hdf5::File>(path, hdf5::Access::kReadWrite);
    const hsize_t extents[] = {1U << 15U, 1U << 16U};  // 8 GiB of them
    const hdf5::Handle space(H5Screate_simple(2, extents, nullptr));
    const hdf5::Handle list(H5Pcreate(H5P_DATASET_CREATE));
    const hsize_t chunk[] = {1024, 1024};
    H5Pset_chunk(list.get(), 2, chunk);
    REQUIRE(H5Dclose(H5Dcreate2(file->id(), "/tensors/b.weight", H5T_NATIVE_FLOAT, space.get(),
                                H5P_DEFAULT, list.get(), H5P_DEFAULT)) >= 0);
    file.reset();
    CHECK_THROWS_WITH(read_weights(path),
                      Contains("weights.h5:/tensors/b.weight") && Contains("was ever written"));
  }
  SECTION("cut off") {
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    CHECK_THROWS_AS(read_weights(path), DataError);
  }
}

TEST_CASE("weights of a network that there is not are refused by name", "[weights]") {
  const testing::TemporaryDirectory directory;
  const std::string path = directory / "w.h5";
  std::filesystem::copy(testing::kSourceFolder + std::string("/results/weights/lenet5-fashion.h5"),
                        path);
  hdf5::File(path, hdf5::Access::kReadWrite).write_attribute("architecture", "resnet99");
  CHECK_THROWS_WITH(read_weights(path),
                    Catch::Contains(path) && Catch::Contains("there is no network 'resnet99'"));
}

TEST_CASE("the old place of the shipped weights is answered with the new one", "[weights]") {
  const testing::TemporaryDirectory directory;
  const auto here = std::filesystem::current_path();
  write_weights(directory / "results/weights/w.h5", example());
  std::filesystem::current_path(directory / "");
  CHECK_THROWS_WITH(read_weights("weights/w.h5"), Contains("write 'results/weights/w.h5'"));
  CHECK_NOTHROW(read_weights("results/weights/w.h5"));
  std::filesystem::current_path(here);
}

TEST_CASE("shapes as text", "[weights]") {
  CHECK(to_text({{1, 28, 28}}) == "1x28x28");
  CHECK(shape_from_text("1x28x28") == Shape{{1, 28, 28}});
  CHECK(shape_from_text("784") == Shape{{784}});
  for (const char* wrong : {"", "x", "1x", "x1", "1xx2", "0", "-1", "1 2", "99999999999"}) {
    INFO(wrong);
    CHECK(shape_from_text(wrong).extents.empty());
  }
}

}  // namespace
}  // namespace laggard::model
