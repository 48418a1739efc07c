// `laggard summary` as a user calls it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "commands/messages.hpp"
#include "config/json.hpp"
#include "results.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using config::Json;
using testing::check_refused;
using testing::Outcome;
using testing::TemporaryDirectory;

constexpr const char* kDeadlines = R"({"data_points": 4, "workers": 16, "trials": 20,
    "schemes": [{"kind": "bacc"}, {"kind": "replication"}],
    "delay": {"kind": "shifted_exponential", "shift": 0, "mean": 1},
    "sweep": {"/wait": [{"kind": "deadline", "seconds": 0.5}, {"kind": "deadline", "seconds": 2}]}})";

class Run {
 public:
  explicit Run(const std::string& config, const std::vector<std::string>& settings = {}) {
    std::vector<std::string> arguments{"run", directory_.write("c.json", config).string(), "-q",
                                       "-o", file()};
    for (const std::string& setting : settings) {
      arguments.emplace_back("--set");
      arguments.push_back(setting);
    }
    const Outcome outcome = testing::laggard(arguments);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
  }

  std::string file() const { return (directory_ / "r.h5").string(); }

  Outcome summary(std::vector<std::string> options) const {
    options.insert(options.begin(), {"summary", file()});
    return testing::laggard(options);
  }

  Json points(std::vector<std::string> options = {}) const {
    options.emplace_back("--json");
    const Outcome outcome = summary(options);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    return Json::parse(outcome.out).at("points");
  }

 private:
  TemporaryDirectory directory_;
};

TEST_CASE("The summary of a deadline run tells who answered in time", "[program][summary]") {
  const Run plain(kDeadlines), rows(kDeadlines, {"/output/workers=true"});
  const Json points = plain.points(), from_rows = rows.points();
  REQUIRE(points.size() == 4);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Json& point = points[i];
    const double deadline = point.at("/wait").at("seconds");
    CHECK(point.at("completion_seconds_mean") == deadline);
    const double received = point.at("received_mean"), late = point.at("late_mean");
    CHECK(received + late == Approx(16));
    // 1 - exp(-deadline) answer in time; four standard errors.
    const double share = 1 - std::exp(-deadline);
    CHECK(received / 16 == Approx(share).margin(4 * std::sqrt(share * (1 - share) / (16 * 20))));
    CHECK(from_rows[i].at("late_mean").get<double>() == Approx(late));
  }
  CHECK_THAT(plain.summary({}).out,
             Contains("received") && Contains("late") && Contains("seconds"));
}

TEST_CASE("Late answers are told from lost ones, or not at all", "[program][summary]") {
  const std::string losses = R"(/stragglers={"kind":"random","count":3})";
  CHECK(Run(kDeadlines, {losses}).points()[0].at("late_mean").is_null());
  for (const Json& point : Run(kDeadlines, {losses, "/output/workers=true"}).points())
    CHECK(point.at("received_mean").get<double>() + point.at("late_mean").get<double>() ==
          Approx(13));
}

TEST_CASE("A run without waiting has no columns of times for people", "[program][summary]") {
  const Run run(R"({"data_points": 4, "workers": 8, "trials": 2, "schemes": [{"kind": "bacc"}]})");
  CHECK_THAT(run.summary({}).out, !Contains("received"));
}

TEST_CASE("The summary as CSV and JSON, filtered", "[program][summary]") {
  const Run run(kDeadlines);
  const Outcome csv = run.summary({"--csv", "--scheme", "bacc", "--where", "/wait/seconds=2"});
  const auto line_end = csv.out.find('\n');
  CHECK_THAT(csv.out.substr(0, line_end),
             Contains("point,scheme,workers,data_points,stragglers,trials,") &&
                 Contains(",received_mean,late_mean,completion_seconds_mean,") &&
                 Contains(",/wait"));
  CHECK(std::count(csv.out.begin(), csv.out.end(), '\n') == 2);
  CHECK_THAT(csv.out.substr(line_end + 1), Contains("2,bacc,16,4,0,20,"));
  const Json points = run.points({"--where", "/wait/seconds=0.5"});
  REQUIRE(points.size() == 2);
  CHECK(points[0].at("/wait") == Json::parse(R"({"kind": "deadline", "seconds": 0.5})"));
  check_refused(run.summary({"--scheme", "nercc"}), 2, {"no point passes", "bacc, replication"});
  check_refused(run.summary({"--where", "/wiat=1"}), 2, {"no point has that member"});
  CHECK(run.summary({"--csv", "--json"}).code == 2);
}

TEST_CASE("A swept object that names not all of its members is found by its defaults",
          "[program][summary]") {
  const Run run(R"({"data_points": 4, "workers": 8, "trials": 2, "schemes": [{"kind": "bacc"}],
      "wait": {"kind": "fastest", "count": 6},
      "sweep": {"/delay": [{"kind": "constant"}, {"kind": "constant", "seconds": 2}]}})");
  CHECK(run.points({"--where", "/delay/seconds=1"}).size() == 1);
  CHECK(run.points({"--where", "/delay/scaling=additive"}).size() == 2);
}

TEST_CASE("Of schemes that a sweep sets as a whole, the summary and check tell what differs",
          "[program][summary]") {
  const std::string config =
      R"({"data_points": 4, "workers": 8, "trials": 2, "sweep": {"/schemes": [
      [{"kind": "letcc", "lambda_encode": 0, "lambda_decode": 0.5}],
      [{"kind": "letcc", "lambda_encode": 0, "lambda_decode": 0.25}, {"kind": "bacc"}]]}})";
  const TemporaryDirectory directory;
  const Outcome check = testing::laggard({"check", directory.write("c.json", config).string()});
  CHECK_THAT(check.out,
             Contains("point 0 (letcc, N = 8, S = 0, /schemes/0/lambda_decode = 0.5)\n") &&
                 Contains("point 1 (letcc, N = 8, S = 0, /schemes/0/lambda_decode = 0.25)\n") &&
                 Contains("point 2 (bacc, N = 8, S = 0)\n"));
  const Outcome summary = Run(config).summary({});
  CHECK_THAT(summary.out, Contains("  /schemes/0/lambda_decode=0.25\n"));
  CHECK_THAT(summary.out, !Contains("kind"));
}

TEST_CASE("A run names the columns that say why there is no finite error", "[program][summary]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", R"({"data_points": 4, "workers": 4, "trials": 2,
      "schemes": [{"kind": "uncoded", "missing": "nan"}],
      "stragglers": {"kind": "listed", "workers": [1]}})");
  const auto result = (directory / "r.h5").string();
  const Outcome outcome = testing::laggard({"run", config.string(), "-o", result});
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("2 of 2 trials have no finite error (the columns received, "
                                   "unavailable and nonfinite of /trials say why; if none does, "));
  for (const TrialRecord& trial : testing::trials_of(result)) {
    CHECK(trial.received == 3);
    CHECK(trial.unavailable == 1);
    CHECK(trial.nonfinite == 0);
  }
}

}  // namespace
}  // namespace laggard
