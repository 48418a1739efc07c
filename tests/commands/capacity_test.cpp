// `laggard capacity` and `laggard calibrate`: what they refuse.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "commands/messages.hpp"
#include "temporary.hpp"

namespace laggard {
namespace {

using testing::check_refused;
using testing::Outcome;
using testing::TemporaryDirectory;

/// A small server with so many trials.
std::string server(const std::string& trials) {
  return R"json({"experiment": "serving", "policies": [{"kind": "equal_resources"}],
      "serving": {"queries": 3000, "warmup": 200}, "trials": )json" +
         trials + "}";
}

TEST_CASE("Commands that try many values want a fixed number of trials", "[program][until]") {
  const TemporaryDirectory directory;
  const auto config =
      directory.write("c.json", server(R"({"until": {"relative_half_width": 0.1}})")).string();
  const auto table = directory.write("rows.csv", "policy,p999_ms\nequal_resources,40\n").string();
  const auto fitted = (directory / "fitted.json").string();
  const std::vector<std::string> capacity{"capacity", config, "--limit", "60", "-q"};
  const std::vector<std::string> calibrate{"calibrate", config,     "--table", table,
                                           "-q",        "--output", fitted};
  std::vector<std::string> fit = calibrate;
  fit.insert(fit.end(), {"--free", "/serving/service/base"});
  for (const std::vector<std::string>& command : {capacity, calibrate, fit}) {
    CAPTURE(command);
    const Outcome refused = testing::laggard(command);
    check_refused(refused, 2, {"/trials is an object", "same number of trials", "--set /trials=5"});
    CHECK(refused.out.empty());
    CHECK_FALSE(std::filesystem::exists(fitted));  // nothing is written before the refusal
  }
  fit.insert(fit.end(), {"--set", "/trials=2", "--free", "/serving/service/base"});
  check_refused(testing::laggard(fit), 2, {"--free names a number twice"});
  // What the message advises works.
  for (std::vector<std::string> command : {capacity, calibrate}) {
    command.insert(command.end(), {"--set", "/trials=2"});
    const Outcome outcome = testing::laggard(command);
    CAPTURE(outcome.err);
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, Catch::Contains("equal_resources"));
  }
  // The sweep may have such a rule, too.
  check_refused(
      testing::laggard({"capacity", directory.write("s.json", server("2")).string(), "--limit",
                        "60", "-q", "--set", R"(/sweep={"/trials": [1, {"at_most": 9}]})"}),
      2, {"/trials is an object"});
}

TEST_CASE("A latency that no rate holds is said, with a dash in the table", "[program]") {
  const TemporaryDirectory directory;
  const auto config = directory
                          .write("c.json", R"json({"experiment": "serving", "trials": 1,
      "policies": [{"kind": "equal_resources"}, {"kind": "replication"}],
      "serving": {"queries": 1000, "warmup": 100}})json")
                          .string();
  const Outcome none = testing::laggard({"capacity", config, "--limit", "5", "-q", "--csv"});
  CHECK(none.code == 0);
  CHECK_THAT(none.err,
             Catch::Contains("laggard: equal_resources holds 5 ms at no rate: without any "
                             "queue, its p999 is ") &&
                 Catch::Contains("laggard: replication holds 5 ms at no rate that was "
                                 "tried, down to "));
  CHECK(std::count(none.err.begin(), none.err.end(), '\n') == 2);
  CHECK_THAT(none.out, Catch::Contains("equal_resources,{},18,,,,,,,") ||
                           Catch::Contains("equal_resources,\"{}\",18,,,,,,,"));
  const Outcome text = testing::laggard({"capacity", config, "--limit", "5", "-q"});
  CHECK_THAT(text.out, !Catch::Contains("0.0"));
  const Outcome some = testing::laggard({"capacity", config, "--limit", "80", "-q"});
  CHECK(some.err.empty());
}

}  // namespace
}  // namespace laggard
