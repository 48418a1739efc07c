#include "hdf5/place.hpp"

#include <catch2/catch.hpp>
#include <optional>

#include "core/error.hpp"
#include "hdf5/file.hpp"
#include "temporary.hpp"

namespace laggard::hdf5 {
namespace {

using Catch::Contains;
using testing::TemporaryDirectory;

TEST_CASE("A place belongs to one at a time", "[place]") {
  const TemporaryDirectory directory;
  const auto path = directory / "sub/r.h5";
  std::optional<Place> first(std::in_place, path);
  CHECK(std::filesystem::exists(directory / "sub/r.h5.lock"));
  CHECK_THROWS_WITH(Place(path), Contains("another program is writing it") && Contains("--output"));
  CHECK_THROWS_WITH(Place(path, "change /weights"), Contains("change /weights"));
  const Place other(directory / "sub/other.h5");
  first.reset();
  CHECK_FALSE(std::filesystem::exists(directory / "sub/r.h5.lock"));
  CHECK_NOTHROW(Place(path));
}

TEST_CASE("What a dead process left does not lock", "[place]") {
  const TemporaryDirectory directory;
  directory.write("r.h5.lock", "");
  directory.write("r.h5.part", "half a file");
  CHECK_NOTHROW(Place(directory / "r.h5"));
}

TEST_CASE("What stands in the way is named and stays", "[place]") {
  const TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "part.h5.part/x");
  CHECK_THROWS_WITH(Place(directory / "part.h5"), Contains("part.h5.part': Is a directory"));
  CHECK(std::filesystem::exists(directory / "part.h5.part/x"));
  CHECK_FALSE(std::filesystem::exists(directory / "part.h5.lock"));
  std::filesystem::create_directories(directory / "lock.h5.lock");
  CHECK_THROWS_WITH(Place(directory / "lock.h5"), Contains("lock.h5.lock': Is a directory"));
  const auto text = directory.write("c.json", "{}");
  CHECK_THROWS_WITH(Place(text), Contains("not HDF5"));
  CHECK_THROWS_AS(Place(text / "r.h5"), ConfigError);
  // Nobody makes files there, not even root.
  CHECK_THROWS_WITH(Place("/sys/r.h5"), Contains("the directory '/sys': "));
  CHECK_THROWS_WITH(Place("/dev/null"), Contains("not a regular file"));
  CHECK_THROWS_AS(Place(directory / std::string(300, 'x')), ConfigError);
}

TEST_CASE("Kept files have free names", "[place]") {
  const TemporaryDirectory directory;
  const auto path = directory / "r.h5";
  CHECK(keep_existing(path).empty());
  for (const char* name : {"r.1.h5", "r.2.h5"}) {
    directory.write("r.h5", name);
    CHECK(keep_existing(path) == directory / name);
    CHECK_FALSE(std::filesystem::exists(path));
  }
}

TEST_CASE("What a link leads to is kept, and the link stays", "[place]") {
  const TemporaryDirectory directory;
  directory.write("far.h5", "old");
  std::filesystem::create_symlink("far.h5", directory / "near.h5");
  CHECK(keep_existing(directory / "near.h5") == directory / "far.1.h5");
  CHECK(std::filesystem::is_symlink(directory / "near.h5"));
  CHECK(Draft(directory / "near.h5").target() == directory / "far.h5");
}

}  // namespace
}  // namespace laggard::hdf5
