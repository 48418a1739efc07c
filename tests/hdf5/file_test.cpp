#include "hdf5/file.hpp"

#include <hdf5.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "temporary.hpp"

namespace laggard::hdf5 {
namespace {

using Catch::Matchers::Contains;
using testing::TemporaryDirectory;

TEST_CASE("Arrays of every kind come back as they were written", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  Matrix matrix(2, 3);
  matrix << 1, 2, 3, 4, -5, 6.5;
  const std::vector<double> numbers{0.5, -1e300, 5e-324};
  const std::vector<std::uint32_t> indices{0, 4'294'967'295U};
  const std::vector<std::uint8_t> bytes{0, 255, 7, 1};
  {
    File file(path, Access::kCreate);
    file.write("/bacc/encoder", matrix);
    file.write("/alpha", numbers);
    file.write("/bacc/received", indices);
    file.write("/bytes", bytes);
  }
  const File file(path, Access::kReadOnly);
  CHECK(file.read("/bacc/encoder") == std::vector<double>{1, 2, 3, 4, -5, 6.5});
  CHECK(file.info("/bacc/encoder").extents == std::vector<std::uint64_t>{2, 3});
  CHECK_FALSE(file.info("/bacc/encoder").integer);
  CHECK(file.read("/alpha") == numbers);
  CHECK(file.read("/bacc/received") == std::vector<double>{0, 4'294'967'295.0});
  CHECK(file.info("/bacc/received").integer);
  CHECK(file.read("/bytes") == std::vector<double>{0, 255, 7, 1});
  CHECK(file.members("/") == std::vector<std::string>{"alpha", "bacc", "bytes"});
  CHECK(file.members("/bacc") == std::vector<std::string>{"encoder", "received"});
}

TEST_CASE("Arrays may be empty", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  file.write("/predictions/0/0/lost", std::span<const std::uint32_t>());
  file.write("/nothing", Matrix(0, 3));
  CHECK(file.info("/predictions/0/0/lost").extents == std::vector<std::uint64_t>{0});
  CHECK(file.read("/predictions/0/0/lost").empty());
  CHECK(file.info("/nothing").extents == std::vector<std::uint64_t>{0, 3});
  CHECK(file.read_rows("/nothing", 0, 0).empty());
}

TEST_CASE("Writing an array again replaces it", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  file.write("/x", std::vector<double>{1, 2, 3});
  file.write("/x", std::vector<std::uint32_t>{9});
  CHECK(file.read("/x") == std::vector<double>{9});
  CHECK(file.info("/x").integer);
}

TEST_CASE("Rows are read in parts, and only rows that exist", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  Matrix matrix(3, 2);
  matrix << 1, 2, 3, 4, 5, 6;
  file.write("/x", matrix);
  CHECK(file.read_rows("/x", 0, 1) == std::vector<double>{1, 2});
  CHECK(file.read_rows("/x", 1, 2) == std::vector<double>{3, 4, 5, 6});
  CHECK(file.read_rows("/x", 3, 0).empty());
  CHECK_THROWS_AS(file.read_rows("/x", 2, 2), DataError);
  CHECK_THROWS_AS(file.read_rows("/x", 4, 0), DataError);
  CHECK_THROWS_AS(file.read_rows("/x", 1, UINT64_MAX), DataError);
}

TEST_CASE("The number of elements saturates instead of wrapping", "[hdf5]") {
  CHECK(DatasetInfo{{3, 4, 5}, false}.elements() == 60);
  CHECK(DatasetInfo{{std::uint64_t{1} << 40, std::uint64_t{1} << 40}, false}.elements() ==
        UINT64_MAX);
  CHECK(DatasetInfo{{7, 0, 9}, false}.elements() == 0);
}

TEST_CASE("Attributes of the file", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  const std::string large(200'000, 'x');  // beyond the 64 KiB of an object header
  {
    File file(path, Access::kCreate);
    file.write_attribute("format", "laggard");
    file.write_attribute("config", large);
    file.write_attribute("seed", UINT64_MAX);
    file.write_attribute("name", "first");
    file.write_attribute("name", "naïve, second");
    file.write_attribute("ranks", std::uint64_t{1});
    file.write_attribute("ranks", std::uint64_t{9});
  }
  const File file(path, Access::kReadOnly);
  CHECK(file.text_attribute("format") == "laggard");
  CHECK(file.text_attribute("config") == large);
  CHECK(file.integer_attribute("seed") == UINT64_MAX);
  CHECK(file.text_attribute("name") == "naïve, second");
  CHECK(file.integer_attribute("ranks") == 9U);
  CHECK_FALSE(file.text_attribute("finished").has_value());
  CHECK_FALSE(file.integer_attribute("finished").has_value());
  CHECK_FALSE(file.text_attribute("seed").has_value());
  CHECK_FALSE(file.integer_attribute("format").has_value());
}

TEST_CASE("An attribute of many values is not read into room for one", "[hdf5]") {
  const TemporaryDirectory directory;
  const File file(directory / "a.h5", Access::kCreate);
  const auto put = [&](const char* name, Id type, const Handle& space, const void* values) {
    const Handle attribute(
        H5Acreate2(file.id(), name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT));
    if (values != nullptr) REQUIRE(H5Awrite(attribute.get(), type, values) >= 0);
  };
  const Handle text(H5Tcopy(H5T_C_S1));
  H5Tset_size(text.get(), H5T_VARIABLE);
  const hsize_t many = 3000, one = 1;
  const Handle list(H5Screate_simple(1, &many, nullptr));
  const std::vector<const char*> texts(many, "laggard");
  const std::vector<double> reals(many, 1.0);
  const std::vector<std::uint64_t> integers(many, 1);
  put("texts", text.get(), list, texts.data());
  put("reals", H5T_NATIVE_DOUBLE, list, reals.data());
  put("integers", H5T_NATIVE_UINT64, list, integers.data());
  put("nothing", text.get(), Handle(H5Screate(H5S_NULL)), nullptr);
  CHECK_THROWS_WITH(file.text_attribute("texts"),
                    Contains("a.h5") && Contains("attribute 'texts' does not hold one value"));
  CHECK_THROWS_WITH(file.real_attribute("reals"), Contains("attribute 'reals'"));
  CHECK_THROWS_WITH(file.integer_attribute("integers"), Contains("attribute 'integers'"));
  CHECK_THROWS_WITH(file.text_attribute("nothing"), Contains("attribute 'nothing'"));
  // As other programs write a single value.
  put("single", H5T_NATIVE_DOUBLE, Handle(H5Screate_simple(1, &one, nullptr)), reals.data());
  CHECK(file.real_attribute("single") == 1.0);
}

TEST_CASE("Objects are found, made and removed", "[hdf5]") {
  const TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  CHECK_FALSE(file.exists("/a"));
  CHECK_FALSE(file.exists("/a/b/c"));
  file.create_group("/a/b");
  file.create_group("/a/b");
  CHECK(file.exists("/a/b"));
  CHECK(file.exists("a/b"));
  file.write("/a/b/c", std::vector<double>{1});
  CHECK_FALSE(file.exists("/a/b/c/d"));
  file.remove("/a/b");
  CHECK_FALSE(file.exists("/a/b"));
  CHECK_NOTHROW(file.remove("/a/b"));
  CHECK_THROWS_AS(file.members("/nowhere"), DataError);
}

TEST_CASE("What cannot be read is named", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  File file(path, Access::kCreate);
  file.create_group("/group");
  CHECK_THROWS_WITH(file.read("/nothing"), Contains("a.h5") && Contains("no dataset '/nothing'"));
  CHECK_THROWS_WITH(file.read("/group"), Contains("'/group' is not a dataset"));
  CHECK_THROWS_AS(file.annotate("/nothing", "units", "s"), DataError);
}

TEST_CASE("Only HDF5 files are opened", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto missing = directory / "missing.h5";
  const auto text = directory.write("text.h5", "this is not HDF5");
  const auto empty = directory.write("empty.h5", "");
  for (const Access access : {Access::kReadOnly, Access::kReadWrite}) {
    CHECK_THROWS_WITH(File(missing, access), Contains("there is no such file"));
    CHECK_THROWS_WITH(File(directory / ".", access), Contains("it is a directory"));
    CHECK_THROWS_WITH(File(text, access), Contains("not an HDF5 file"));
    CHECK_THROWS_WITH(File(empty, access), Contains("not an HDF5 file"));
  }
  CHECK(std::filesystem::file_size(empty) == 0);
  CHECK_THROWS_AS(File(missing, Access::kReadOnly), DataError);
  CHECK_THROWS_AS(File(directory / "no/such/directory.h5", Access::kCreate), RunError);
}

TEST_CASE("A file that lost its end is damaged, not empty", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  File(path, Access::kCreate).write("/x", std::vector<double>(10'000, 1.0));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  CHECK_THROWS_WITH(File(path, Access::kReadOnly), Contains("damaged"));
}

TEST_CASE("A file opened for reading only is not written", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  File(path, Access::kCreate).write("/x", std::vector<double>{1});
  File file(path, Access::kReadOnly);
  CHECK_THROWS_AS(file.write("/y", std::vector<double>{1}), RunError);
  CHECK_THROWS_AS(file.write_attribute("a", "b"), RunError);
  CHECK_THROWS_AS(file.create_group("/g"), RunError);
  CHECK_THROWS_AS(file.remove("/x"), RunError);
}

TEST_CASE("The library says its version", "[hdf5]") {
  CHECK_THAT(library_version(), Catch::Matchers::Matches("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace laggard::hdf5
