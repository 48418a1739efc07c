// The program under mpirun: the same numbers for any number of ranks, and one voice.
#include "mpirun.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "commands/messages.hpp"
#include "results.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using testing::count;
using testing::launch;
using testing::mpi_variables;
using testing::mpirun;
using testing::Outcome;
using testing::Process;
using testing::TemporaryDirectory;

constexpr const char* kRich = R"({"data_points": 5, "workers": 14, "worker_block": 3, "trials": 6,
    "dataset": {"kind": "gaussian", "dimension": 3},
    "model": {"kind": "polynomial", "degree": 4, "outputs": 3},
    "schemes": [{"kind": "bacc"}, {"kind": "letcc", "lambda_decode": "gcv"}, {"kind": "lcc"},
                {"kind": "nercc"}, {"kind": "replication"}, {"kind": "uncoded"},
                {"kind": "bacc", "label": "path", "ordering": "path"}],
    "stragglers": {"kind": "random", "count": 2},
    "delay": {"kind": "shifted_exponential"}, "wait": {"kind": "fastest", "count": 9},
    "noise": {"kind": "gaussian", "sigma": 0.1},
    "sweep": {"/workers": [14, 25], "/model/outputs": [3, 600]},
    "output": {"workers": true, "predictions": true}})";

TEST_CASE("The trials have the same bytes for any number of ranks", "[mpirun]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kRich).string();
  const auto path = [&](int ranks) { return directory / ("r" + std::to_string(ranks) + ".h5"); };
  const auto trials = [&](int ranks) {
    const hdf5::File file(path(ranks), hdf5::Access::kReadOnly);
    return testing::packed_rows<TrialRecord>(file, "/trials");
  };
  REQUIRE(testing::laggard({"run", config, "-q", "-o", path(0).string()}).code == 0);
  const auto expected = trials(0);
  REQUIRE(expected.size() == 4 * 7 * 6);
  for (const int ranks : {1, 2, 3, 5, 9}) {
    CAPTURE(ranks);
    const Outcome outcome = mpirun(ranks, {"run", config, "-q", "-o", path(ranks).string()});
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    CHECK(outcome.err.empty());
    CHECK(trials(ranks) == expected);
    const hdf5::File file(path(ranks), hdf5::Access::kReadOnly);
    CHECK(file.integer_attribute("ranks") == static_cast<std::uint64_t>(ranks));
    CHECK(file.read("/predictions/5/3/decoded") ==
          hdf5::File(path(0), hdf5::Access::kReadOnly).read("/predictions/5/3/decoded"));
    for (const auto& row : hdf5::read_rows<WorkerRecord>(file, "/workers"))
      REQUIRE(row.rank ==
              (ranks == 1 ? 0U : 1 + row.worker / 3 % static_cast<std::uint32_t>(ranks - 1)));
  }
}

TEST_CASE("Groups of ranks write the bytes that one master writes", "[mpirun][groups]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kRich).string();
  const auto expected = directory / "expected.h5", result = directory / "r.h5";
  REQUIRE(testing::laggard({"run", config, "-q", "-o", expected.string()}).code == 0);
  const auto rows = [](const std::filesystem::path& path) {
    return testing::packed_rows<TrialRecord>({path, hdf5::Access::kReadOnly}, "/trials");
  };
  for (const auto& [ranks, groups] : {std::pair{3, 2}, {4, 2}, {6, 5}}) {
    CAPTURE(ranks, groups);
    const std::vector<std::string> run{
        "run", config, "-q", "-o", result.string(), "--groups", std::to_string(groups)};
    auto fresh = run;
    fresh.emplace_back("--overwrite");
    const Outcome outcome = mpirun(ranks, fresh);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    CHECK(outcome.err.empty());
    CHECK(rows(result) == rows(expected));
    const hdf5::File file(result, hdf5::Access::kReadOnly),
        other(expected, hdf5::Access::kReadOnly);
    CHECK(file.read("/predictions/5/3/decoded") == other.read("/predictions/5/3/decoded"));
    CHECK(hdf5::table_size(file, "/workers") == hdf5::table_size(other, "/workers"));
    SECTION("and resume finds nothing to do") {
      auto again = run;
      again.emplace_back("--resume");
      CHECK(mpirun(ranks, again).code == 0);
      CHECK(rows(result) == rows(expected));
    }
  }
  const Outcome few = mpirun(2, {"run", config, "--groups", "2"});
  CHECK(few.code == 2);
  CHECK_THAT(few.err, Contains("--groups is 2") && Contains("start at least 3 ranks"));
  const Outcome both = mpirun(2, {"run", config, "--jobs", "2"});
  CHECK(both.code == 2);
  CHECK_THAT(both.err, Contains("--jobs is 2") && Contains("use --groups"));
}

TEST_CASE("Groups end where there is nothing for them to do", "[mpirun][groups]") {
  const TemporaryDirectory directory;
  const auto run = [&](const char* json) {
    return mpirun(5, {"run", directory.write("c.json", json).string(), "--groups", "2", "-o",
                      (directory / "r.h5").string()});
  };
  const Outcome wrong = run(R"({"trails": 2})");
  CHECK(wrong.code == 2);
  CHECK(count(wrong.err, "/trails") == 1);
  const Outcome missing = run(R"({"dataset": {"kind": "npy", "inputs": "missing.npy"}})");
  CHECK(missing.code == 3);
  const Outcome nobody = run(R"({"clock": "wall", "delay": {"kind": "load", "ranks": [3]}})");
  CHECK(nobody.code == 2);
  CHECK_THAT(nobody.err, Contains("/delay/ranks lists 3 (it leads the group"));
  CHECK_FALSE(std::filesystem::exists(directory / "r.h5"));
}

TEST_CASE("Under mpirun, one rank speaks", "[mpirun]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", R"({"trials": 2})").string();
  const Outcome version = mpirun(3, {"--version"});
  CHECK(version.code == 0);
  CHECK(count(version.out, "HDF5") == 1);
  const Outcome help = mpirun(3, {"run", "--help"});
  CHECK(help.code == 0);
  CHECK(count(help.out, "rank 0 is the master") == 1);
  const Outcome check = mpirun(3, {"check", config});
  CHECK(check.code == 0);
  CHECK(count(check.out, "2 points, 0 skipped, 4 trials") == 1);
  const Outcome list = mpirun(3, {"list", "schemes"});
  CHECK(list.code == 0);
  CHECK(count(list.out, "replication") == 1);
}

TEST_CASE("Under mpirun, mistakes end all ranks in an orderly way", "[mpirun]") {
  const TemporaryDirectory directory;
  const auto given = [&](const std::string& text) {
    return directory.write("c.json", text).string();
  };
  const auto output = (directory / "r.h5").string();
  const auto check = [&](const Outcome& outcome, int code, const std::string& message) {
    CAPTURE(outcome.err);
    CHECK(outcome.code == code);
    CHECK(count(outcome.err, "laggard: ") == 1);
    CHECK_THAT(outcome.err, Contains(message) && !Contains("MPI_ABORT") && !Contains("signal"));
  };
  check(mpirun(3, {"run", given("{\"wokers\": 3}"), "-o", output}), 2, "/wokers");
  check(mpirun(3, {"run", (directory / "none.json").string()}), 2, "none.json");
  check(mpirun(3, {"run"}), 2, "config");
  check(mpirun(3, {"rnu"}), 2, "did you mean 'run'?");
  check(mpirun(3, {"run", given("{\"data_points\": 100}"), "-o", output}), 2, "nothing to run");
  check(mpirun(3, {"run", given("{}"), "-o", "/dev/null"}), 2, "not a regular file");
  check(mpirun(3, {"summary", (directory / "none.h5").string()}), 3, "none.h5");
  CHECK_FALSE(std::filesystem::exists(output));
}

TEST_CASE("The wall clock and the virtual clock agree on who is late", "[mpirun][wall]") {
  const TemporaryDirectory directory;
  // Far apart, so that a busy machine does not blur who is slow.
  const auto config = directory
                          .write("c.json", R"({"data_points": 4, "workers": 20, "trials": 2,
      "worker_block": 3, "schemes": [{"kind": "bacc"}],
      "stragglers": {"kind": "random", "count": 2},
      "delay": {"kind": "bimodal", "fast": 0, "slow": 2, "probability": 0.3},
      "wait": {"kind": "deadline", "seconds": 1}, "output": {"workers": true}})")
                          .string();
  const auto statuses = [&](int ranks, const std::string& clock) {
    const auto path = (directory / (clock + std::to_string(ranks) + ".h5")).string();
    const std::vector<std::string> arguments{"run",   config,           "-q", "-o", path,
                                             "--set", "/clock=" + clock};
    const Outcome outcome = ranks == 0 ? testing::laggard(arguments) : mpirun(ranks, arguments);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    std::map<std::pair<std::uint32_t, std::uint32_t>, WorkerStatus> found;
    const hdf5::File file(path, hdf5::Access::kReadOnly);
    for (const auto& row : hdf5::read_rows<WorkerRecord>(file, "/workers"))
      found[{row.trial, row.worker}] = row.status;
    return found;
  };
  const auto expected = statuses(0, "virtual");
  REQUIRE(expected.size() == 40);
  CHECK(statuses(0, "wall") == expected);
  CHECK(statuses(4, "wall") == expected);
}

TEST_CASE("Ctrl-C under mpirun", "[mpirun][interrupt]") {
  const TemporaryDirectory directory;
  const auto config = directory
                          .write("c.json", R"({"data_points": 8, "workers": 32,
      "schemes": [{"kind": "bacc"}], "trials": 100000})")
                          .string();
  const auto expected = directory / "expected.h5", result = directory / "r.h5";
  REQUIRE(testing::laggard({"run", config, "-q", "-o", expected.string()}).code == 0);
  Outcome outcome;
  std::size_t before = 0;
  do {  // once more if the run was over before the signal came
    std::filesystem::remove(result);
    Process process(launch(3, {"run", config, "-q", "-o", result.string()}), mpi_variables());
    process.wait_until([&] { return std::filesystem::exists(result); });
    const auto begun = std::filesystem::file_size(result);
    process.wait_until([&] { return std::filesystem::file_size(result) > begun; });
    process.send(SIGINT);
    outcome = process.wait();
    before = testing::trials_of(result).size();
  } while (before == 100'000);
  CHECK(outcome.code != 0);
  CHECK(before > 0);
  CHECK(mpirun(2, {"run", config, "-q", "-o", result.string(), "--resume"}).code == 0);
  CHECK(testing::sorted_trials(result) == testing::sorted_trials(expected));
}

}  // namespace
}  // namespace laggard
