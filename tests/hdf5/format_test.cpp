#include "hdf5/format.hpp"

#include <catch2/catch.hpp>

#include "temporary.hpp"

namespace laggard::hdf5 {
namespace {

using Catch::Matchers::Contains;

constexpr Format kFormat{"laggard-test", 2, 3, "cannot use", "a test file", "make one"};

TEST_CASE("A reader takes the versions that it knows and names the others", "[hdf5]") {
  const testing::TemporaryDirectory directory;
  File file(directory / "a.h5", Access::kCreate);
  CHECK_THROWS_WITH(
      check_format(file, kFormat),
      Contains("cannot use '") && Contains("a.h5' (it is not a test file); make one"));
  file.write_attribute("format", "laggard-test");
  CHECK_THROWS_WITH(check_format(file, kFormat), Contains("format version is missing"));
  for (const std::uint64_t version : {2U, 3U}) {
    file.write_attribute("format_version", version);
    CHECK(check_format(file, kFormat) == version);
  }
  for (const std::uint64_t version : {1U, 4U}) {
    file.write_attribute("format_version", version);
    CHECK_THROWS_WITH(check_format(file, kFormat),
                      Contains("its format version is " + std::to_string(version) +
                               ", this program reads 2 to 3") &&
                          Contains("the version of laggard that wrote it"));
  }
  file.write_attribute("git_commit", "abc123");
  CHECK_THROWS_WITH(check_format(file, kFormat), Contains("use laggard of commit abc123"));
  file.write_attribute("version", "9.1");
  CHECK_THROWS_WITH(check_format(file, kFormat), Contains("use laggard 9.1, which wrote it"));
  file.write_attribute("format", "other");
  CHECK_THROWS_AS(check_format(file, kFormat), DataError);
}

}  // namespace
}  // namespace laggard::hdf5
