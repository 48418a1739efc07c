#include "output/provenance.hpp"

#include <catch2/catch.hpp>
#include <regex>

namespace laggard::output {
namespace {

TEST_CASE("Version, commit and time have their usual form", "[provenance]") {
  CHECK(std::regex_match(program_version(), std::regex(R"(\d+\.\d+\.\d+)")));
  CHECK(std::regex_match(git_commit(), std::regex("[0-9a-f]{40}|unknown")));
  CHECK(std::regex_match(timestamp(), std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")));
}

}  // namespace
}  // namespace laggard::output
