// Serving on the wall clock as the program runs it, in one process and on ranks. Services that are
// waited for take at least their time; nothing else is said of times here.
#include <csignal>

#include "commands/launch.hpp"
#include "experiment/serving/rows.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using serving::LatencyRecord;
using serving::QueryRecord;
using testing::Outcome;
using testing::TemporaryDirectory;

constexpr double kService_s = 0.01 - 1e-9;  // sums are rounded

constexpr const char* kConfig = R"json({"experiment": "serving", "clock": "wall", "trials": 2,
    "dataset": {"kind": "clusters", "classes": 2, "dimension": 2},
    "model": {"kind": "expression", "outputs": ["x1 + x2", "x1 - x2"]},
    "policies": [{"kind": "equal_resources"}, {"kind": "parm"}, {"kind": "coded", "k": 3},
                 {"kind": "replication", "low_priority": true}],
    "serving": {"instances": 4, "extra": 2, "rate": 200, "queries": 60, "warmup": 10,
                "service": {"kind": "constant", "seconds": 0.01}, "transfers": {"count": 0}},
    "failures": {"timeout_seconds": 1}, "output": {"queries": true}})json";

using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;

/// When each query came, by point, trial and number.
std::map<Key, double> arrivals_in(const std::filesystem::path& path) {
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  std::map<Key, double> arrivals;
  for (const QueryRecord& row : hdf5::read_rows<QueryRecord>(file)) {
    CHECK(row.latency_s >= kService_s);
    CHECK(arrivals.emplace(Key{row.point, row.trial, row.query}, row.arrival_s).second);
  }
  return arrivals;
}

TEST_CASE("On the wall clock every query has one answer, in one process and on ranks",
          "[serving][mpirun][wall]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto simulated = directory / "s.h5", result = directory / "r.h5";
  REQUIRE(testing::laggard(
              {"run", config, "-q", "-o", simulated.string(), "--set", "/clock=\"virtual\""})
              .code == 0);
  const auto expected = arrivals_in(simulated);
  REQUIRE(expected.size() == 4 * 2 * 50);
  for (const int ranks : {0, 2, 4}) {
    CAPTURE(ranks);
    const std::vector<std::string> run{"run", config, "-q", "--overwrite", "-o", result.string()};
    const Outcome outcome = ranks == 0 ? testing::laggard(run) : testing::mpirun(ranks, run);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    CHECK(arrivals_in(result) == expected);
    const hdf5::File file(result, hdf5::Access::kReadOnly);
    const auto rows = hdf5::read_rows<LatencyRecord>(file);
    REQUIRE(rows.size() == 4 * 2);
    for (const LatencyRecord& row : rows) {
      CHECK(row.median >= kService_s);
      CHECK(row.utilisation > 0.0);
      // The model is linear: what is reconstructed equals what it says.
      CHECK(row.accuracy == rows[4 * row.trial].accuracy);
      CHECK(row.accuracy > 0.0);
    }
  }
}

TEST_CASE("A run on the wall clock is continued trial by trial", "[serving][wall][interrupt]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = (directory / "r.h5").string();
  testing::Process process(
      {testing::kProgram, "run", config, "-q", "-o", result, "--set", "/trials=12"});
  const auto rows = [&] {
    try {
      const hdf5::File file(result, hdf5::Access::kReadOnly);
      return testing::packed_rows<LatencyRecord>(file, "/latency");
    } catch (const Error&) {  // it is just being written
      return std::vector<std::string>{};
    }
  };
  process.wait_until([&] { return !rows().empty(); });
  process.send(SIGINT);
  const Outcome interrupted = process.wait();
  CHECK(interrupted.code == 130);
  const auto before = rows();
  REQUIRE(before.size() < 4 * 12);
  const Outcome resumed =
      testing::laggard({"run", config, "-q", "-o", result, "--set", "/trials=12", "--resume"});
  CAPTURE(resumed.err);
  REQUIRE(resumed.code == 0);
  const auto after = rows();
  CHECK(after.size() == 4 * 12);
  for (const std::string& row : before) CHECK(std::count(after.begin(), after.end(), row) == 1);
}

TEST_CASE("A rank that dies is an instance that fails", "[serving][mpirun][wall][failures]") {
  const char* const rule = GENERATE("reassign", "lost");
  CAPTURE(rule);
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = (directory / "r.h5").string();
  testing::Process process(
      {testing::kProgram, "launch", "-n", "4", "--restarts", "0", "--mpirun", testing::kMpiexec,
       "run", config, "-q", "-o", result, "--set", "/serving/queries=400", "--set", "/trials=1",
       "--set", std::string("/failures/workers=\"") + rule + "\""},
      testing::mpi_variables());
  process.wait_until([&] { return std::filesystem::exists(result); });
  pid_t rank = 0;
  process.wait_until([&] { return (rank = testing::process_of(2, result)) != 0; });
  REQUIRE(rank != 0);
  REQUIRE(::kill(rank, SIGKILL) == 0);
  const Outcome outcome = process.wait();
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("warning: rank 2"));
  const hdf5::File file(result, hdf5::Access::kReadOnly);
  CHECK(hdf5::read_rows<LatencyRecord>(file).size() == 4);
  const auto failures = hdf5::read_rows<FailureRecord>(file, "/failures");
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].rank == 2);
}

TEST_CASE("What the wall clock cannot serve is said in one line", "[serving][wall]") {
  struct Case {
    const char* setting;
    const char* message;
    int code;
  };
  for (const Case& one : {
           Case{"/serving/outages={\"mean_up_seconds\": 5}",
                "laggard: /serving/outages/mean_up_seconds is set (on the wall clock, instances "
                "fail when their ranks die); leave it out, or set /clock to 'virtual'\n",
                2},
           Case{R"(/policies=[{"kind": "parm", "parity": ["p.h5"]}])",
                "laggard: /policies/0/parity/0 names weights (/model is 'expression', which has "
                "none); leave them out, or choose a network as the model\n",
                2},
           Case{R"(/policies=[{"kind": "approximate_backup", "weights": "small.h5"}])",
                "laggard: /policies/0/weights names weights (/model is 'expression', which has "
                "none); leave them out, or choose a network as the model\n",
                2},
           Case{
               R"(/policies=[{"kind": "parm", "r": 2, "parity": ["p.h5"]}])",
               "laggard: /policies/0/parity has 1 file (there are r = 2 coded queries in a group); "
               "give each the weights of a parity model (`laggard train`)\n",
               2},
       }) {
    CAPTURE(one.setting);
    const TemporaryDirectory directory;
    const auto config = directory.write("c.json", kConfig).string();
    const Outcome outcome = testing::laggard({"check", config, "--set", one.setting});
    CHECK(outcome.err == one.message);
    CHECK(outcome.code == one.code);
  }
}

}  // namespace
}  // namespace laggard
