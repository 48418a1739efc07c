#include "data/hdf5_dataset.hpp"

#include <hdf5.h>

#include <limits>
#include <set>

#include "files.hpp"
#include "hdf5/file.hpp"

namespace laggard::data {

using namespace test;

namespace {

Matrix counting(Index rows, Index columns) {
  Matrix matrix(rows, columns);
  for (Index i = 0; i < matrix.size(); ++i) matrix.data()[i] = 0.1 * static_cast<double>(i);
  return matrix;
}

std::string write(const TemporaryDirectory& directory, const Matrix& inputs,
                  const std::vector<std::uint32_t>& labels = {}) {
  const std::string path = directory / "x.h5";
  hdf5::File file(path, hdf5::Access::kCreate);
  file.write("/set/inputs", inputs);
  if (!labels.empty()) file.write("/set/labels", labels);
  return path;
}

Hdf5Dataset::Config config_of(const std::string& file, const std::string& inputs,
                              const std::string& labels = "") {
  Hdf5Dataset::Config config;
  config.file = file;
  config.inputs = inputs;
  config.labels = labels;
  return config;
}

}  // namespace

TEST_CASE("hdf5 gives the rows of a dataset with their labels", "[hdf5_dataset]") {
  const TemporaryDirectory directory;
  const Matrix inputs = counting(5, 3);
  auto config =
      config_of(write(directory, inputs, {10, 11, 12, 13, 14}), "/set/inputs", "/set/labels");
  config.limit = 4;
  config.holdout = 1;
  const Hdf5Dataset dataset(config);
  CHECK(dataset.shape() == Shape{{3}});
  REQUIRE(dataset.rows(Part::kTrials) == 3U);
  REQUIRE(dataset.rows(Part::kHoldout) == 1U);
  Stream stream({1, Purpose::kData, 0, 0});
  const Sample trials = dataset.draw(stream, 3, Part::kTrials);
  CHECK(std::set<int>(trials.labels.begin(), trials.labels.end()) == std::set<int>{10, 11, 12});
  for (Index row = 0; row < 3; ++row)
    CHECK(trials.inputs.row(row) == inputs.row(trials.labels[static_cast<std::size_t>(row)] - 10));
  const Sample holdout = dataset.draw(stream, 1, Part::kHoldout);
  CHECK(holdout.labels == std::vector<std::int32_t>{13});
  CHECK(holdout.inputs.row(0) == inputs.row(3));
}

TEST_CASE("hdf5 takes bytes and a single column", "[hdf5_dataset]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "bytes.h5";
  {
    hdf5::File file(path, hdf5::Access::kCreate);
    file.write("inputs", std::vector<std::uint8_t>{255, 255, 255});
  }
  const Hdf5Dataset dataset(config_of(path, "inputs"));
  CHECK(dataset.shape() == Shape{{1}});
  Stream stream({1, Purpose::kData, 0, 0});
  const Sample sample = dataset.draw(stream, 3, Part::kTrials);
  CHECK((sample.inputs.array() == 255.0).all());
  CHECK(sample.labels.empty());
}

TEST_CASE("hdf5 refuses files and datasets it cannot use", "[hdf5_dataset]") {
  const TemporaryDirectory directory;
  const std::string path = write(directory, counting(4, 2), {1, 2, 3});
  const auto read = [](const std::string& file, const std::string& inputs,
                       const std::string& labels = "") {
    return message_of([&] { Hdf5Dataset{config_of(file, inputs, labels)}; });
  };
  CHECK_SAYS(read(directory / "absent.h5", "inputs"), {"absent.h5'", "there is no such file"});
  CHECK_SAYS(read(directory.path().string(), "inputs"),
             {directory.path().string(), "it is a directory"});
  CHECK_SAYS(read(directory.write("text.h5", bytes_of("text")), "inputs"),
             {"text.h5'", "not an HDF5 file"});
  CHECK_SAYS(read(directory.write("empty.h5", {}), "inputs"), {"empty.h5'", "not an HDF5 file"});
  Bytes cut = content_of(path);
  cut.resize(cut.size() / 2);
  CHECK_SAYS(read(directory.write("cut.h5", cut), "/set/inputs"), {"cut.h5'", "damaged"});
  CHECK_SAYS(read(path, "/set/other"), {"x.h5'", "no dataset '/set/other'"});
  CHECK_SAYS(read(path, "/set"), {"x.h5'", "'/set' is not a dataset"});
  CHECK_SAYS(read(path, "/set/inputs", "/set/labels"),
             {"x.h5:/set/labels'", "x.h5:/set/inputs'", "3 labels for 4 rows"});
  CHECK_SAYS(read(path, "/set/inputs", "/set/inputs"), {"x.h5:/set/inputs'", "integers"});
  CHECK_SAYS(message_of<ConfigError>([&] { Hdf5Dataset{config_of("", "inputs")}; }),
             {"/dataset/file is missing"});
}

TEST_CASE("hdf5 names the row of a value that is not finite", "[hdf5_dataset]") {
  const TemporaryDirectory directory;
  Matrix inputs = counting(4, 2);
  inputs(3, 0) = std::numeric_limits<double>::quiet_NaN();
  const std::string path = write(directory, inputs);
  CHECK_SAYS(message_of([&] { Hdf5Dataset{config_of(path, "/set/inputs")}; }),
             {"x.h5:/set/inputs'", "row 3 has the value nan"});
}

TEST_CASE("hdf5 refuses a dataset that was never written", "[hdf5_dataset]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "promise.h5";
  {
    // Neither is a thing that hdf5::File would write.
    hdf5::File file(path, hdf5::Access::kCreate);
    const hsize_t extents[] = {1'000'000'000'000, 784};
    const hdf5::Handle space(H5Screate_simple(2, extents, nullptr));
    const hdf5::Handle huge(H5Dcreate2(file.id(), "huge", H5T_NATIVE_FLOAT, space.get(),
                                       H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    const hdf5::Handle scalar_space(H5Screate(H5S_SCALAR));
    const hdf5::Handle scalar(H5Dcreate2(file.id(), "scalar", H5T_NATIVE_INT, scalar_space.get(),
                                         H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    REQUIRE(huge);
    REQUIRE(scalar);
    const int one = 1;
    REQUIRE(H5Dwrite(scalar.get(), H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, &one) >= 0);
    file.write("none", std::span<const double>{});
  }
  const auto read = [&](const std::string& inputs) {
    return message_of([&] { Hdf5Dataset{config_of(path, inputs)}; });
  };
  CHECK_SAYS(read("huge"),
             {"promise.h5:huge'", "none of its 784000000000000 values was ever written"});
  CHECK_SAYS(read("none"), {"promise.h5:none'", "it has no values"});
  CHECK_SAYS(read("scalar"), {"promise.h5:scalar'", "single number"});
}

void put_number(const hdf5::File& file, const char* dataset, const char* name, double value) {
  const hdf5::Handle target = file.open_dataset(dataset);
  const hsize_t one = 1;  // as netCDF writes it
  const hdf5::Handle space(H5Screate_simple(1, &one, nullptr));
  const hdf5::Handle attribute(
      H5Acreate2(target.get(), name, H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT, H5P_DEFAULT));
  REQUIRE(H5Awrite(attribute.get(), H5T_NATIVE_DOUBLE, &value) >= 0);
}

TEST_CASE("hdf5 unpacks packed numbers and scales what comes out", "[hdf5_dataset]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "packed.h5";
  {
    hdf5::File file(path, hdf5::Access::kCreate);
    file.write("inputs", std::vector<std::uint8_t>{0, 10, 200, 255});
    file.write("labels", std::vector<std::uint8_t>{3, 2, 1, 0});
    put_number(file, "inputs", "scale_factor", 0.01);
    put_number(file, "inputs", "add_offset", 273.15);
  }
  const auto values = [&](const NumberOrRule& scale) {
    auto config = config_of(path, "inputs", "labels");
    config.scale = scale;
    const Hdf5Dataset dataset(config);
    const std::vector<std::uint32_t> rows{0, 1, 2, 3};
    const Sample sample = dataset.rows_at(rows, Part::kTrials);
    CHECK(sample.labels == std::vector<std::int32_t>{3, 2, 1, 0});
    return std::vector<double>(sample.inputs.data(), sample.inputs.data() + 4);
  };
  const std::vector<double> expected{0 * 0.01 + 273.15, 10 * 0.01 + 273.15, 200 * 0.01 + 273.15,
                                     255 * 0.01 + 273.15};
  CHECK(values({0, "none"}) == expected);
  CHECK(values({0, "auto"}) == expected);
  CHECK(values({2, ""})[3] == expected[3] / 2);
}

TEST_CASE("hdf5 refuses values that stand for none", "[hdf5_dataset]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "missing.h5";
  const std::string marker = GENERATE("_FillValue", "missing_value");
  const auto read = [&](const std::string& labels = "") {
    return message_of([&] { Hdf5Dataset{config_of(path, "inputs", labels)}; });
  };
  {
    hdf5::File file(path, hdf5::Access::kCreate);
    Matrix inputs = counting(4, 3);
    inputs(2, 1) = -9999;
    file.write("inputs", inputs);
    file.write("labels", std::vector<std::uint8_t>{1, 2, 255, 4});
    put_number(file, "inputs", "scale_factor", 2);
  }
  CHECK(read() == "no exception");
  put_number(hdf5::File(path, hdf5::Access::kReadWrite), "labels", marker.c_str(), 255);
  CHECK_SAYS(read("labels"), {"missing.h5:labels'", "row 2 has the value 255", marker});
  put_number(hdf5::File(path, hdf5::Access::kReadWrite), "inputs", marker.c_str(), -9999);
  CHECK_SAYS(read(), {"missing.h5:inputs'", "row 2 has the value -9999", marker, "is missing"});
  {
    const hdf5::File file(path, hdf5::Access::kReadWrite);
    const hdf5::Handle inputs = file.open_dataset("inputs");
    H5Adelete(inputs.get(), marker.c_str());
  }
  hdf5::File(path, hdf5::Access::kReadWrite).annotate("inputs", marker, "none");
  CHECK_SAYS(read(), {"missing.h5'", marker, "not a number"});
}

TEST_CASE("hdf5 knows a missing value in single precision", "[hdf5_dataset]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "single.h5";
  hdf5::File(path, hdf5::Access::kCreate)
      .write("inputs", std::vector<float>{1.0F, 1e20F}, std::vector<std::uint64_t>{2});
  put_number(hdf5::File(path, hdf5::Access::kReadWrite), "inputs", "_FillValue", 1e20);
  CHECK_SAYS(message_of([&] { Hdf5Dataset{config_of(path, "inputs")}; }), {"row 1", "_FillValue"});
}

TEST_CASE("hdf5 scales unsigned bytes by themselves if asked to", "[hdf5_dataset]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "bytes.h5";
  { hdf5::File(path, hdf5::Access::kCreate).write("inputs", std::vector<std::uint8_t>{51, 255}); }
  auto config = config_of(path, "inputs");
  const std::vector<std::uint32_t> rows{0, 1};
  const auto values = [&] { return Hdf5Dataset(config).rows_at(rows, Part::kTrials).inputs; };
  CHECK(values()(0, 0) == 51.0);
  CHECK(Hdf5Dataset(config).looks_like_bytes());
  config.scale = {0, "auto"};
  CHECK(values()(0, 0) == 0.2);
  CHECK_FALSE(Hdf5Dataset(config).looks_like_bytes());
}

}  // namespace laggard::data
