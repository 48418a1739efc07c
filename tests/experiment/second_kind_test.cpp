// What a second kind of experiment gets from the program for its one header and one line.
#include <catch2/catch.hpp>

#include "experiment/dice.hpp"
#include "mpirun.hpp"
#include "results.hpp"
#include "signalled.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::DiceSummary;
using testing::Outcome;
using testing::TemporaryDirectory;
using testing::ThrowRecord;

constexpr const char* kConfig = R"({"experiment": "dice", "trials": 50,
    "sweep": {"/sides": [2, 6, 20]}})";

Outcome dice(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{testing::kDiceProgram};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return testing::Process(command).wait();
}

std::vector<std::string> throws_in(const std::filesystem::path& path) {
  return testing::packed_rows<ThrowRecord>({path, hdf5::Access::kReadOnly}, "/throws");
}

TEST_CASE("A second kind of experiment has rows and a summary", "[kinds]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = directory / "r.h5";
  const Outcome check = dice({"check", config});
  CHECK(check.code == 0);
  CHECK_THAT(check.out, Contains("3 points, 0 skipped, 150 trials") && Contains("/sides = 20"));
  const Outcome outcome = dice({"run", config, "-q", "-o", result.string()});
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  const hdf5::File file(result, hdf5::Access::kReadOnly);
  const auto throws = hdf5::read_rows<ThrowRecord>(file, "/throws");
  REQUIRE(throws.size() == 150);
  std::vector<std::uint32_t> sums(3), highest(3);
  for (const ThrowRecord& row : throws) {
    sums[row.point] += row.number;
    highest[row.point] = std::max(highest[row.point], row.number);
  }
  CHECK(highest == std::vector<std::uint32_t>{2, 6, 20});
  const auto summary = hdf5::read_rows<DiceSummary>(file, "/summary");
  REQUIRE(summary.size() == 3);
  for (const DiceSummary& row : summary) CHECK(row.sum == sums[row.point]);
  CHECK(file.text_attribute("finished"));
  CHECK_THAT(dice({"summary", result.string(), "--csv"}).out,
             Contains(fmt::format("point,sum\n0,{}\n1,{}\n2,{}\n", sums[0], sums[1], sums[2])));
  CHECK(dice({"summary", result.string(), "--csv", "--where", "/sides=6"}).out ==
        fmt::format("point,sum\n1,{}\n", sums[1]));
}

TEST_CASE("A second kind of experiment resumes without losing or repeating a trial", "[kinds]") {
  const TemporaryDirectory directory;
  const auto config =
      directory.write("c.json", R"({"experiment": "dice", "trials": 2000000})").string();
  const auto result = directory / "r.h5", expected = directory / "expected.h5";
  REQUIRE(dice({"run", config, "-q", "-o", expected.string()}).code == 0);
  const Outcome outcome = testing::signalled(
      {testing::kDiceProgram, "run", config, "-q", "-o", result.string()}, result, SIGINT);
  CHECK(outcome.code == 130);
  CHECK_FALSE(throws_in(result).empty());
  CHECK(dice({"run", config, "-q", "--resume", "-o", result.string()}).code == 0);
  CHECK(throws_in(result) == throws_in(expected));
}

TEST_CASE("A second kind of experiment gives the same rows under MPI and in groups",
          "[kinds][mpirun][groups]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = directory / "r.h5", expected = directory / "expected.h5";
  REQUIRE(dice({"run", config, "-q", "-o", expected.string()}).code == 0);
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{}, {"--groups", "2"}, {"--groups", "3"}}) {
    std::vector<std::string> run{"run", config, "-q", "--overwrite", "-o", result.string()};
    run.insert(run.end(), more.begin(), more.end());
    const Outcome outcome =
        testing::Process(testing::launch(4, run, testing::kDiceProgram), testing::mpi_variables())
            .wait();
    CAPTURE(more, outcome.err);
    CHECK(outcome.code == 0);
    CHECK(outcome.err.empty());
    CHECK(throws_in(result) == throws_in(expected));
  }
}

TEST_CASE("A second kind of experiment reads its own keys and no others", "[kinds]") {
  const TemporaryDirectory directory;
  const auto check = [&](const char* json) {
    return dice({"check", directory.write("c.json", json).string()});
  };
  CHECK_THAT(check(R"({"experiment": "dice", "sidse": 4})").err, Contains("did you mean 'sides'?"));
  CHECK_THAT(check(R"({"experiment": "dice", "workers": 4})").err, Contains("/workers"));
  CHECK_THAT(check(R"({"sides": 4})").err, Contains("/sides"));
  CHECK_THAT(check(R"({"experiment": "dise"})").err, Contains("did you mean 'dice'?"));
  CHECK_THAT(check(R"({"experiment": 3})").err, Contains("/experiment is the number 3"));
  CHECK_THAT(dice({"default-config", "dice"}).out, Contains("\"sides\": 6"));
  CHECK_THAT(dice({"schema", "dice"}).out, Contains("\"sides\""));
  CHECK_THAT(dice({"list", "experiments"}).out, Contains("each trial throws a die"));
  const auto config = directory.write("c.json", "{}").string();
  CHECK(dice({"check", config, "--set", "/sides=3", "--set", "/experiment=dice"}).code == 0);
}

}  // namespace
}  // namespace laggard
