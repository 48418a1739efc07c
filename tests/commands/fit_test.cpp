// `laggard fit` on tables with times that are missing.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "commands/messages.hpp"
#include "config/json.hpp"
#include "core/random.hpp"
#include "core/types.hpp"
#include "temporary.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using config::Json;
using testing::Outcome;
using testing::TemporaryDirectory;

/// 4000 times of 0.5 + Exp(0.2), of which those above 1 s are left blank.
std::string cut_off(std::uint32_t workers) {
  Stream stream({11, Purpose::kDelay, 0, 0});
  std::string text = "round,worker,seconds\n";
  for (std::uint32_t i = 0; i < 4000; ++i) {
    const double seconds = 0.5 - 0.2 * std::log(uniform01_open_low(stream));
    text += fmt::format("{},{},{}\n", i / workers, i % workers,
                        seconds <= 1.0 ? fmt::format("{}", seconds) : "");
  }
  return text;
}

TEST_CASE("Times that are missing behind a deadline do not make the fit shorter", "[program]") {
  const TemporaryDirectory directory;
  const auto standard_errors = [&](std::uint32_t workers, std::vector<std::string> more) {
    const auto path = directory.write("c.csv", cut_off(workers)).string();
    std::vector<std::string> command{"fit", path, "--json"};
    command.insert(command.end(), more.begin(), more.end());
    const Outcome outcome = testing::laggard(command);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    const Json document = config::parse(outcome.out, "the fits");
    for (const Json& fit : document.at("fits"))
      if (fit.at("kind") == "shifted_exponential")
        for (const Json& parameter : fit.at("parameters"))
          if (parameter.at("name") == "mean")
            return (parameter.at("value").get<double>() - 0.2) /
                   parameter.at("standard_error").get<double>();
    return kNaN;
  };
  CHECK(std::abs(standard_errors(100, {})) < 3.0);
  CHECK(std::abs(standard_errors(4, {"--deadline", "1"})) < 3.0);
}

TEST_CASE("Missing times of which nothing is known are left out, and counted", "[program]") {
  const TemporaryDirectory directory;
  const auto path =
      directory.write("t.csv", "0,0,1\n1,0,\n0,1,2\n1,1,3\n0,2,\n1,2,\n0,3,4\n1,3,5\n").string();
  const Outcome outcome = testing::laggard({"fit", path});
  CHECK(outcome.code == 0);
  CHECK(outcome.err ==
        "laggard: warning: 2 missing times are left out: their rounds have no other time, and "
        "--deadline does not say how long they were waited for\n");
  CHECK_THAT(outcome.out, Contains("6 times of 2 workers in 3 rounds (0 to 3); 1 never came"));
  const Outcome known = testing::laggard({"fit", path, "--deadline", "6"});
  CHECK(known.err.empty());
  CHECK_THAT(known.out, Contains("8 times of 2 workers in 4 rounds; 3 never came"));
  testing::check_refused(testing::laggard({"fit", path, "--deadline", "-1"}), 2,
                         {"--deadline is -1"});
}

TEST_CASE("Of a trace in CSV there are no points and no computing times", "[program]") {
  const TemporaryDirectory directory;
  const auto path = directory.write("t.csv", "0,0,1\n1,0,2\n").string();
  testing::check_refused(testing::laggard({"fit", path, "--point", "3"}), 2, {"--point is 3"});
  testing::check_refused(testing::laggard({"fit", path, "--compute"}), 2, {"--compute is set"});
  const std::string none = (directory / "none.h5").string();
  testing::check_refused(testing::laggard({"fit", none, "--compute"}), 3, {"no such file"});
}

TEST_CASE("A worker and round that come twice are not fitted", "[program]") {
  const TemporaryDirectory directory;
  const auto path = directory.write("dup.csv", "0,0,1\n0,0,2\n0,1,2\n").string();
  testing::check_refused(testing::laggard({"fit", path}), 3,
                         {"dup.csv:2 (worker 0, round 0 was given in line 1 already)"});
}

}  // namespace
}  // namespace laggard
