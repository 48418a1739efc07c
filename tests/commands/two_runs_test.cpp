// Two processes that want the same file.
#include <catch2/catch.hpp>

#include "commands/messages.hpp"
#include "results.hpp"

namespace laggard {
namespace {

using testing::check_refused;
using testing::Outcome;
using testing::Process;
using testing::TemporaryDirectory;

/// Enough work to be caught at it.
constexpr const char* kConfig = R"({"data_points": 8, "workers": 200, "trials": 12000,
    "schemes": [{"kind": "bacc"}]})";

TEST_CASE("Of two runs into one file, the second is refused", "[program]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = (directory / "r.h5").string();
  std::vector<std::string> command{testing::kProgram, "run", config, "-o", result, "-q"};

  SECTION("when the first is at work") {
    Process first(command);
    REQUIRE(first.wait_until([&] { return std::filesystem::exists(result); }));
    first.send(SIGSTOP);
    for (const char* mode : {"--resume", "--overwrite"}) {
      auto second = command;
      second.emplace_back(mode);
      check_refused(Process(second).wait(), 2, {"another program is writing it", "--output"});
    }
    check_refused(Process(command).wait(), 2, {"another program is writing it"});
    first.send(SIGCONT);
    CHECK(first.wait().code == 0);
  }
  SECTION("when both start together") {
    Process first(command), second(command);
    const Outcome one = first.wait(), two = second.wait();
    CAPTURE(one.err, two.err);
    REQUIRE(std::min(one.code, two.code) == 0);
    if (one.code == 0 && two.code == 0)  // on a busy machine, one after the other
      CHECK(testing::trials_of(directory / "r.1.h5").size() == 12000);
    else
      check_refused(one.code == 0 ? two : one, 2, {"another program is writing it"});
  }
  SECTION("but not when the first was killed") {
    Process first(command);
    REQUIRE(first.wait_until([&] { return std::filesystem::exists(result); }));
    first.send(SIGKILL);
    first.wait();
    command.emplace_back("--resume");
    const Outcome resumed = Process(command).wait();
    CAPTURE(resumed.err);
    CHECK(resumed.code == 0);
  }
  CHECK(testing::trials_of(result).size() == 12000);
  CHECK_FALSE(std::filesystem::exists(result + ".lock"));
}

}  // namespace
}  // namespace laggard
