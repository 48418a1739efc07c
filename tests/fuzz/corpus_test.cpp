#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "fuzz/readers.hpp"
#include "places.hpp"

namespace laggard::testing {
namespace {

/// The files of seeds.py have suffixes; those that a fuzzer found have a hash for a name.
TEST_CASE("Every file of the fuzzers' corpora is read, or refused if a fuzzer made it", "[fuzz]") {
  for (const Reader& reader : readers()) {
    const std::filesystem::path folder =
        std::filesystem::path(kSourceFolder) / "tests/fuzz/corpus" / reader.name;
    INFO(folder);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      CAPTURE(entry.path());
      std::ifstream file(entry.path(), std::ios::binary);
      std::ostringstream bytes;
      bytes << file.rdbuf();
      bool accepted = false;
      REQUIRE_NOTHROW(accepted = reader.read(bytes.str()));
      if (entry.path().has_extension()) CHECK(accepted);
      ++files;
    }
    CHECK(files > 0);
  }
}

}  // namespace
}  // namespace laggard::testing
