// Runs that stop by themselves, as a user starts them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <span>
#include <utility>

#include "experiment/dice.hpp"
#include "experiment/serving/rows.hpp"
#include "experiment/training/records.hpp"
#include "mpirun.hpp"
#include "results.hpp"
#include "signalled.hpp"
#include "sweep/stopping_rule.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::Outcome;
using testing::TemporaryDirectory;
using testing::ThrowRecord;

std::string dice(const std::string& trials) {
  return R"({"experiment": "dice", "sweep": {"/sides": [2, 6, 20]}, "trials": )" + trials + "}";
}

Outcome run(const std::vector<std::string>& arguments, int ranks = 1) {
  std::vector<std::string> command{testing::kDiceProgram};
  command.insert(command.end(), arguments.begin(), arguments.end());
  if (ranks == 1) return testing::Process(command).wait();
  return testing::Process(testing::launch(ranks, arguments, testing::kDiceProgram),
                          testing::mpi_variables())
      .wait();
}

std::vector<std::string> throws_in(const std::filesystem::path& path) {
  return testing::packed_rows<ThrowRecord>({path, hdf5::Access::kReadOnly}, "/throws");
}

std::vector<std::uint32_t> throws_of_points(const std::filesystem::path& path) {
  std::vector<std::uint32_t> count(3);
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  for (const auto& row : hdf5::read_rows<ThrowRecord>(file)) ++count[row.point];
  return count;
}

TEST_CASE("A run until sure has the same rows on any number of ranks", "[until][mpirun][groups]") {
  const TemporaryDirectory directory;
  const auto config =
      directory.write("c.json", dice(R"({"until": {"relative_half_width": 0.05}})")).string();
  const auto expected = directory / "expected.h5", result = directory / "r.h5";
  CHECK_THAT(run({"check", config}).out, Contains("3 points, 0 skipped, at most 30000 trials"));
  const Outcome one = run({"run", config, "--jobs", "1", "-o", expected.string()});
  REQUIRE(one.code == 0);
  const std::vector<std::uint32_t> trials = throws_of_points(expected);
  // The mean (k + 1) / 2 of a die has the variance (k^2 - 1) / 12 / n.
  const double sides[] = {2, 6, 20};
  for (std::size_t i = 0; i < 3; ++i) {
    const double spread = (sides[i] - 1) / (sides[i] + 1) / 3.0;
    const double needed = std::pow(1.96 / 0.05, 2) * spread;
    CHECK(trials[i] > 0.8 * needed);
    CHECK(trials[i] < 1.25 * 1.2 * needed + 1);
  }
  CHECK_THAT(one.out,
             Contains(fmt::format("{} trials of 3 points", trials[0] + trials[1] + trials[2])));
  for (const auto& [ranks, more] : {std::pair{1, std::vector<std::string>{"--jobs", "3"}},
                                    {3, {}},
                                    {4, {"--groups", "2"}},
                                    {4, {"--groups", "3"}}}) {
    std::vector<std::string> arguments{"run", config, "-q", "--overwrite", "-o", result.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run(arguments, ranks);
    CAPTURE(ranks, more, outcome.err);
    CHECK(outcome.code == 0);
    CHECK(throws_in(result) == throws_in(expected));
  }
}

TEST_CASE("A run until sure that is killed stops where it would have stopped",
          "[until][resume][interrupt]") {
  const TemporaryDirectory directory;
  const auto config = directory
                          .write("c.json", dice(R"({"until": {"relative_half_width": 0.001},
                                         "at_most": 10000000})"))
                          .string();
  const auto expected = directory / "expected.h5", result = directory / "r.h5";
  REQUIRE(run({"run", config, "-q", "-o", expected.string()}).code == 0);
  for (const int signal : {SIGINT, SIGKILL}) {
    testing::signalled({testing::kDiceProgram, "run", config, "-q", "-o", result.string()}, result,
                       signal, 1'500'000);
    CAPTURE(signal);
    CHECK_FALSE(throws_in(result).empty());
    CHECK(throws_in(result).size() < throws_in(expected).size());
    CHECK(run({"run", config, "-q", "--resume", "-o", result.string()}).code == 0);
    CHECK(throws_in(result) == throws_in(expected));
  }
}

TEST_CASE("A finished run takes a stricter rule, and says what is not sure", "[until][resume]") {
  const TemporaryDirectory directory;
  const auto loose =
      directory.write("a.json", dice(R"({"until": {"relative_half_width": 0.2}})")).string();
  const auto strict = directory
                          .write("b.json", dice(R"({"until": {"relative_half_width": 0.03},
                                                        "at_most": 700})"))
                          .string();
  const auto wide =
      directory.write("d.json", dice(R"({"until": {"relative_half_width": 0.03}})")).string();
  const auto result = directory / "r.h5", expected = directory / "expected.h5";
  REQUIRE(run({"run", loose, "-q", "-o", result.string()}).code == 0);
  CHECK(run({"run", strict, "-q", "--resume", "-o", result.string()}).code == 2);
  REQUIRE(run({"run", loose, "--set", "/trials/at_most=700", "-q", "--overwrite", "-o",
               result.string()})
              .code == 0);
  const Outcome outcome = run({"run", strict, "-q", "--resume", "-o", result.string()});
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err,
             Contains("warning: 2 points reached /trials/at_most before their mean was known well "
                      "enough") &&
                 Contains("raise /trials/at_most and add --resume"));
  CHECK(run({"run", wide, "-q", "--resume", "-o", result.string()}).err.find("at_most") ==
        std::string::npos);
  REQUIRE(run({"run", wide, "-q", "-o", expected.string()}).code == 0);
  CHECK(throws_in(result) == throws_in(expected));
}

/// The trials of each point, in their order, of a run of this configuration.
template <class Row>
std::map<std::uint32_t, std::vector<double>> values_of(const std::string& config,
                                                       double Row::*column) {
  const TemporaryDirectory directory;
  const auto result = directory / "r.h5";
  const Outcome outcome = testing::laggard(
      {"run", directory.write("c.json", config).string(), "-q", "-o", result.string()});
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  std::vector<Row> rows = hdf5::read_rows<Row>({result, hdf5::Access::kReadOnly});
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::pair(a.point, a.trial) < std::pair(b.point, b.trial);
  });
  std::map<std::uint32_t, std::vector<double>> values;
  for (const Row& row : rows) values[row.point].push_back(row.*column);
  return values;
}

TEST_CASE("Every kind of experiment stops as soon as all of its means are known", "[until]") {
  const std::string trials = R"("trials": {"until": {"relative_half_width": 0.2}, "at_least": 4,
      "at_most": 400})";
  const auto check = [](const std::map<std::uint32_t, std::vector<double>>& values) {
    REQUIRE(values.size() == 2);
    const std::size_t count = values.begin()->second.size();
    // The looks are at 4, 5, 7, 9, 12, ...
    std::size_t before = 0;
    for (std::size_t look = 4; look < count; look += (look + 3) / 4) before = look;
    const auto is_sure = [&](std::size_t look) {
      return std::all_of(values.begin(), values.end(), [&](const auto& point) {
        const std::span<const double> first = std::span(point.second).first(look);
        return sweep::StoppingRule::relative_half_width(first) <= 0.2;
      });
    };
    for (const auto& [point, of_point] : values) CHECK(of_point.size() == count);
    CHECK(count < 400);
    CHECK(is_sure(count));
    if (before > 0) CHECK_FALSE(is_sure(before));
  };
  check(
      values_of("{" + trials + R"(, "workers": 20, "stragglers": {"kind": "random", "count": 4}})",
                &TrialRecord::mse));
  check(values_of("{" + trials + R"(, "experiment": "serving",
      "serving": {"queries": 2000, "warmup": 200, "rate": 400}})",
                  &serving::LatencyRecord::p999));
  check(values_of("{" + trials + R"(, "experiment": "training", "workers": 8, "data_points": 4,
      "dataset": {"kind": "clusters", "rows": 600, "holdout": 200}, "schemes": [{"kind": "uncoded"},
      {"kind": "replication"}], "stragglers": {"kind": "random", "count": 4},
      "training": {"steps": 5, "batch": 16, "evaluate_every": 5}})",
                  &training::RunRecord::test_loss));
}

TEST_CASE("A wrong rule for the trials is refused in one line", "[until]") {
  const TemporaryDirectory directory;
  const auto check = [&](const std::string& trials) {
    const Outcome outcome = run({"check", directory.write("c.json", dice(trials)).string()});
    CHECK(outcome.code == 2);
    return outcome.err;
  };
  CHECK(
      check("\"many\"") ==
      "laggard: /trials is the text 'many' (it must be a whole number or an object); correct it\n");
  CHECK_THAT(check(R"({"until": {"relative_half_width": 0}})"),
             Contains("/trials/until/relative_half_width is 0"));
  CHECK_THAT(check(R"({"until": {"mean_of": "nubmer"}})"),
             Contains("/trials/until/mean_of is 'nubmer'") && Contains("did you mean 'number'?"));
  CHECK_THAT(check(R"({"untill": {}})"),
             Contains("/trials/untill is not known") && Contains("did you mean 'until'?"));
  CHECK_THAT(check(R"({"at_least": 1})"), Contains("/trials/at_least is 1"));
  CHECK_THAT(check(R"({"at_most": 0})"), Contains("/trials/at_most is 0"));
  CHECK_THAT(check(R"({"until": {"against": "dei"}})"),
             Contains("/trials/until/against is 'dei' (nothing with that label is compared); did "
                      "you mean 'die'?"));
}

}  // namespace
}  // namespace laggard
