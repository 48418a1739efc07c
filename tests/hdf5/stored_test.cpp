#include "hdf5/stored.hpp"

#include <hdf5.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "temporary.hpp"

namespace laggard::hdf5 {
namespace {

using Catch::Matchers::Contains;
using testing::TemporaryDirectory;

/// A dataset of doubles that nothing was written to, in chunks of `chunk` if that is not empty.
Handle make_dataset(const File& file, const char* name, std::vector<hsize_t> extents,
                    const std::vector<hsize_t>& chunk = {}) {
  const Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
  const Handle list(H5Pcreate(H5P_DATASET_CREATE));
  if (!chunk.empty()) H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data());
  Handle dataset(H5Dcreate2(file.id(), name, H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT,
                            list.get(), H5P_DEFAULT));
  REQUIRE(dataset);
  return dataset;
}

void write_rows(const Handle& dataset, hsize_t first, hsize_t count) {
  const Handle space(H5Dget_space(dataset.get()));
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &first, nullptr, &count, nullptr);
  const Handle memory(H5Screate_simple(1, &count, nullptr));
  const std::vector<double> values(count, 1.5);
  REQUIRE(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, memory.get(), space.get(), H5P_DEFAULT,
                   values.data()) >= 0);
}

TEST_CASE("Values that were never written are not zeros", "[hdf5]") {
  const TemporaryDirectory directory;
  const File file(directory / "a.h5", Access::kCreate);
  make_dataset(file, "contiguous", {3, 2});
  make_dataset(file, "chunked", {3}, {2});
  make_dataset(file, "empty", {0, 3});
  const Handle half = make_dataset(file, "half", {7}, {2});
  write_rows(half, 0, 3);
  CHECK_THROWS_WITH(file.read("contiguous"), Contains("a.h5:contiguous'") &&
                                                 Contains("none of its 6 values was ever written"));
  CHECK_THROWS_WITH(file.read_floats("chunked"), Contains("none of its 3 values"));
  CHECK_THROWS_AS(file.read_bytes("half"), DataError);
  CHECK_THROWS_WITH(file.info("half"), Contains("2 of its 4 chunks were never written"));
  CHECK(file.read("empty").empty());
  write_rows(half, 3, 4);
  CHECK(file.read("half") == std::vector<double>(7, 1.5));
}

TEST_CASE("A dataset without a place for values has none", "[hdf5]") {
  const TemporaryDirectory directory;
  const File file(directory / "a.h5", Access::kCreate);
  const Handle space(H5Screate(H5S_NULL));
  const Handle dataset(H5Dcreate2(file.id(), "null", H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT,
                                  H5P_DEFAULT, H5P_DEFAULT));
  CHECK_THROWS_WITH(file.read_floats("null"), Contains("'null' has no values"));
}

TEST_CASE("Promises that no compression keeps are refused before room is made", "[hdf5]") {
  CHECK_FALSE(is_promise(1032 * 100, 100));
  CHECK(is_promise(1032 * 101, 100));
  const TemporaryDirectory directory;
  const File file(directory / "a.h5", Access::kCreate);
  // Every chunk is there, and packed better than deflate could.
  const hsize_t extents[] = {std::uint64_t{1} << 15, 1 << 16};
  const hsize_t chunk[] = {std::uint64_t{1} << 14, 1 << 15};
  const Handle space(H5Screate_simple(2, extents, nullptr));
  const Handle list(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_chunk(list.get(), 2, chunk);
  H5Pset_deflate(list.get(), 1);
  const Handle dataset(H5Dcreate2(file.id(), "x", H5T_NATIVE_FLOAT, space.get(), H5P_DEFAULT,
                                  list.get(), H5P_DEFAULT));
  REQUIRE(dataset);
  const char bytes[64] = {};
  for (hsize_t row = 0; row < 2; ++row)
    for (hsize_t column = 0; column < 2; ++column) {
      const hsize_t offset[] = {row * chunk[0], column * chunk[1]};
      REQUIRE(H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, offset, sizeof bytes, bytes) >= 0);
    }
  CHECK_THROWS_WITH(file.read_floats("x"),
                    Contains("promises 2147483648 values but stores 256 bytes"));
}

TEST_CASE("Values in other files are refused, not followed", "[hdf5]") {
  const TemporaryDirectory directory;
  const std::string other = (directory / "other.h5").string();
  { File(other, Access::kCreate).write("/x", std::vector<double>{1, 2, 3}); }
  File file(directory / "a.h5", Access::kCreate);
  file.write("/x", std::vector<double>{4, 5, 6});
  H5Lcreate_external(other.c_str(), "/", file.id(), "far", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/far/x", file.id(), "detour", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/x", file.id(), "near", H5P_DEFAULT, H5P_DEFAULT);
  CHECK(file.read("/near") == std::vector<double>{4, 5, 6});
  for (const char* name : {"/far/x", "/detour"})
    CHECK_THROWS_WITH(file.read(name),
                      Contains(name) && Contains("link into another file") && Contains("other.h5"));
  CHECK_THROWS_WITH(file.members("/far"), Contains("link into another file"));

  const hsize_t extent = 3;
  const Handle space(H5Screate_simple(1, &extent, nullptr));
  const Handle virtual_list(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_virtual(virtual_list.get(), space.get(), other.c_str(), "/x", space.get());
  const Handle stored_elsewhere(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_external(stored_elsewhere.get(), "raw.bin", 0, 24);
  for (const auto& [name, list] :
       {std::pair{"virtual", virtual_list.get()}, std::pair{"external", stored_elsewhere.get()}}) {
    const Handle dataset(H5Dcreate2(file.id(), name, H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT,
                                    list, H5P_DEFAULT));
    REQUIRE(dataset);
    CHECK_THROWS_WITH(
        file.read(name),
        (Contains(name) && Contains("in") && Contains("other file")) || Contains("another file"));
    CHECK_THROWS_AS(file.read(name), DataError);
  }
}

TEST_CASE("A link to a pipe is not opened", "[hdf5]") {
  const TemporaryDirectory directory;
  const std::string pipe = (directory / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const File file(directory / "a.h5", Access::kCreate);
  H5Lcreate_external(pipe.c_str(), "/x", file.id(), "x", H5P_DEFAULT, H5P_DEFAULT);
  CHECK_THROWS_WITH(file.read("x"), Contains("link into another file"));
  CHECK_FALSE(is_hdf5(pipe));
  CHECK_THROWS_WITH(File(pipe, Access::kReadOnly), Contains("not a regular file"));
}

std::size_t unchanged(unsigned, std::size_t, const unsigned*, std::size_t bytes, std::size_t*,
                      void**) {
  return bytes;
}

TEST_CASE("A filter that is missing is named, not called damage", "[hdf5]") {
  const TemporaryDirectory directory;
  const auto path = directory / "a.h5";
  const H5Z_class2_t filter{H5Z_CLASS_T_VERS, 300, 1, 1, "rare\x1b", nullptr, nullptr, unchanged};
  REQUIRE(H5Zregister(&filter) >= 0);
  {
    const File file(path, Access::kCreate);
    const hsize_t extent = 3;
    const Handle space(H5Screate_simple(1, &extent, nullptr));
    const Handle list(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(list.get(), 1, &extent);
    H5Pset_filter(list.get(), 300, H5Z_FLAG_OPTIONAL, 0, nullptr);
    const Handle dataset(H5Dcreate2(file.id(), "x", H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT,
                                    list.get(), H5P_DEFAULT));
    write_rows(dataset, 0, 3);
  }
  CHECK(File(path, Access::kReadOnly).read("x") == std::vector<double>(3, 1.5));
  REQUIRE(H5Zunregister(300) >= 0);
  CHECK_THROWS_WITH(File(path, Access::kReadOnly).read("x"),
                    Contains("a.h5:x'") && Contains("packed with 'rare\\x1b' (HDF5 filter 300)") &&
                        Contains("gzip") && !Contains("damaged"));
}

}  // namespace
}  // namespace laggard::hdf5
