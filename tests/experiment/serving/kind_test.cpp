// Serving as the program runs it.
#include <catch2/catch.hpp>

#include "experiment/serving/rows.hpp"
#include "mpirun.hpp"
#include "results.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using serving::LatencyRecord;
using serving::QueryRecord;
using serving::ServingSummary;
using testing::Outcome;
using testing::TemporaryDirectory;

constexpr const char* kConfig = R"json({"experiment": "serving", "trials": 6,
    "policies": [{"kind": "parm", "accuracy": 0.8}, {"kind": "equal_resources"},
                 {"kind": "replication", "low_priority": true}],
    "serving": {"queries": 3000, "warmup": 300, "accuracy": 0.9, "outages": {"mean_up_seconds": 30}},
    "sweep": {"/serving/rate": [150, 390]}})json";

Outcome laggard(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{testing::kProgram};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return testing::Process(command).wait();
}

std::vector<std::string> latencies_in(const std::filesystem::path& path) {
  return testing::packed_rows<LatencyRecord>({path, hdf5::Access::kReadOnly}, "/latency");
}

Outcome check(const std::string& setting) {
  const TemporaryDirectory directory;
  const std::string config = directory.write("c.json", kConfig).string();
  return laggard({"check", config, "--set", "/sweep={}", "--set", setting});
}

TEST_CASE("A run of servers has latencies, queries and a summary that belong together",
          "[serving]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = directory / "r.h5";
  const Outcome outcome =
      laggard({"run", config, "-q", "-o", result.string(), "--set", "/output/queries=true"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  const hdf5::File file(result, hdf5::Access::kReadOnly);
  const auto rows = hdf5::read_rows<LatencyRecord>(file);
  const auto queries = hdf5::read_rows<QueryRecord>(file);
  const auto summary = hdf5::read_rows<ServingSummary>(file);
  REQUIRE(rows.size() == 6 * 3 * 2);
  REQUIRE(queries.size() == rows.size() * 2700);
  REQUIRE(summary.size() == 6);
  for (const LatencyRecord& row : rows) {
    std::vector<double> seconds;
    double approximated = 0.0;
    for (const QueryRecord& query : queries) {
      if (query.point != row.point || query.trial != row.trial) continue;
      seconds.push_back(query.latency_s);
      approximated += query.reconstructed / 2700.0;
      REQUIRE(query.query >= 300);
    }
    std::sort(seconds.begin(), seconds.end());
    CHECK(row.p99 == seconds[2672]);
    CHECK(row.median == seconds[1349]);
    CHECK(row.approximated == Approx(approximated));
    const bool parm = row.point % 3 == 0;
    CHECK((row.approximated > 0.0) == parm);
    CHECK(row.accuracy == Approx(0.9 - (parm ? 0.1 * approximated : 0.0)));
  }
  for (const ServingSummary& row : summary) {
    double mean = 0.0;
    for (const LatencyRecord& trial : rows)
      if (trial.point == row.point) mean += trial.p999 / 6.0;
    CHECK(row.p999_mean == Approx(mean));
    CHECK(row.p999_ci_low < row.p999_mean);
    CHECK(row.p999_ci_high > row.p999_mean);
    CHECK(row.unstable_trials == 0);
  }
  CHECK_THAT(laggard({"summary", result.string()}).out,
             Contains("parm") && Contains("p99.9") && Contains("accuracy"));
  CHECK_THAT(laggard({"summary", result.string(), "--csv"}).out,
             Contains("policy,instances,trials,unstable_trials,median,"));
}

TEST_CASE("Servers give the same rows under MPI and in groups", "[serving][mpirun][groups]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = directory / "r.h5", expected = directory / "expected.h5";
  REQUIRE(laggard({"run", config, "-q", "-o", expected.string()}).code == 0);
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{}, {"--groups", "2"}, {"--groups", "3"}}) {
    std::vector<std::string> run{"run", config, "-q", "--overwrite", "-o", result.string()};
    run.insert(run.end(), more.begin(), more.end());
    const Outcome outcome = testing::mpirun(4, run);
    CAPTURE(more, outcome.err);
    CHECK(outcome.code == 0);
    CHECK(latencies_in(result) == latencies_in(expected));
  }
}

TEST_CASE("A rate beyond what can be served has no latencies, and says so", "[serving]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = directory / "r.h5";
  const std::vector<std::string> faster{"--set", "/sweep={}", "--set", "/serving/rate=1500"};
  std::vector<std::string> command{"check", config};
  command.insert(command.end(), faster.begin(), faster.end());
  CHECK_THAT(laggard(command).out,
             Contains("point 0 (parm, N = 18, S = 0): 1500 queries per second come, and at most "
                      "626.1 can be served: the queues will grow without bound, and no latency is "
                      "given"));
  command = {"run", config, "-q", "-o", result.string()};
  command.insert(command.end(), faster.begin(), faster.end());
  const Outcome outcome = laggard(command);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("the queues grew without bound in 6 of 6 trials"));
  const hdf5::File file(result, hdf5::Access::kReadOnly);
  for (const LatencyRecord& row : hdf5::read_rows<LatencyRecord>(file)) {
    CHECK(row.unstable == 1);
    CHECK(std::isnan(row.median));
    CHECK(std::isnan(row.p999));
    CHECK(row.utilisation > 0.75);
  }
}

TEST_CASE("A trial that is too short to show its backlog has no latencies either", "[serving]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto result = directory / "r.h5";
  // All 18 instances serve 939 queries per second.
  for (const auto& [rate, unstable] : {std::pair{"2000", 1}, std::pair{"850", 0}}) {
    const Outcome outcome = laggard(
        {"run", config, "-q", "--overwrite", "-o", result.string(), "--set", "/sweep={}", "--set",
         std::string("/serving/rate=") + rate, "--set", "/serving/queries=300", "--set",
         "/serving/warmup=0", "--set",
         R"(/policies=[{"kind": "equal_resources"}, {"kind": "parm"}, {"kind": "coded"}])"});
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    const hdf5::File file(result, hdf5::Access::kReadOnly);
    for (const LatencyRecord& row : hdf5::read_rows<LatencyRecord>(file)) {
      CHECK(row.unstable == unstable);
      CHECK(std::isnan(row.p999) == (unstable == 1));
    }
  }
}

TEST_CASE("Approximate answers may relieve the readers of the first line", "[serving]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const std::vector<std::string> faster{
      "--set", "/sweep={}",
      "--set", "/serving/rate=650",
      "--set", "/serving/outages={}",
      "--set", R"(/policies=[{"kind": "approximate_backup", "speedup": 3}])"};
  std::vector<std::string> command{"check", config};
  command.insert(command.end(), faster.begin(), faster.end());
  CHECK_THAT(laggard(command).out, Contains("unless approximate answers come first"));
  const auto result = directory / "r.h5";
  command = {"run", config, "-q", "-o", result.string(), "--set", "/serving/queries=20000"};
  command.insert(command.end(), faster.begin(), faster.end());
  REQUIRE(laggard(command).code == 0);
  const hdf5::File file(result, hdf5::Access::kReadOnly);
  for (const LatencyRecord& row : hdf5::read_rows<LatencyRecord>(file)) {
    CHECK(row.unstable == 0);
    CHECK(row.utilisation < 0.95);
  }
}

TEST_CASE("The rate of recorded arrivals cannot be swept, and check says so", "[serving]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto file = directory.write("arrivals.txt", "0\n0.004\n0.008\n").string();
  const Outcome outcome =
      laggard({"check", config, "--set",
               R"(/serving/arrivals={"kind": "trace", "file": ")" + file + R"("})"});
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.out, Contains("the recorded queries come at 250 per second, whatever "
                                   "/serving/rate is"));
}

TEST_CASE("A comparison says which rows the server cannot keep up with", "[serving]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto table = directory
                         .write("t.csv",
                                "policy,/serving/rate,median_ms\nequal_resources,150,20\n"
                                "equal_resources,1500,20\n")
                         .string();
  const std::vector<std::string> calibrate{"calibrate", config,    "-q",  "--set",
                                           "/sweep={}", "--table", table, "--set"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), calibrate.begin(), calibrate.end());
    return laggard(more);
  };
  const Outcome outcome = with({"/clock=wall", "--set", "/serving/outages={}"});
  CAPTURE(outcome.out);
  CHECK(outcome.code == 0);
  CHECK(
      outcome.err ==
      "laggard: the configuration is for the wall clock; this is a simulation\n"
      "laggard: warning: equal_resources, /serving/rate = 1500: the queues grow without bound, so "
      "that no latency is predicted\n");
  CHECK_THAT(outcome.out, !Contains("nan"));
  const Outcome free = with({"/trials=1", "--free", "serving"});
  CHECK(free.code == 2);
  CHECK_THAT(free.err, Contains("--free cannot set 'serving' (a JSON pointer starts with '/')"));
}

TEST_CASE("Slow instances make users wait, and serve less", "[serving]") {
  const TemporaryDirectory directory;
  const auto config = directory.write("c.json", kConfig).string();
  const auto mean_of = [&](const std::string& speeds) {
    const auto result = directory / "r.h5";
    const Outcome outcome =
        laggard({"run", config, "-q", "--overwrite", "-o", result.string(), "--set",
                 R"(/policies=[{"kind": "equal_resources"}])", "--set", "/sweep={}", "--set",
                 "/serving/rate=150", "--set", "/speeds=" + speeds});
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    return hdf5::read_rows<ServingSummary>({result, hdf5::Access::kReadOnly}).front().mean_mean;
  };
  const double equal = mean_of(R"({"kind": "equal"})");
  CHECK(mean_of(R"({"kind": "groups", "shares": [1], "factors": [1]})") == equal);
  CHECK(mean_of(R"({"kind": "groups", "shares": [1, 1], "factors": [1, 2]})") > 1.3 * equal);
  // Twelve readers of factor 2 serve half of what they serve otherwise, see above.
  CHECK_THAT(laggard({"check", config, "--set", "/sweep={}", "--set", "/serving/rate=400", "--set",
                      R"(/speeds={"kind": "groups", "shares": [1], "factors": [2]})"})
                 .out,
             Contains("manage 313"));
  CHECK_THAT(check(R"(/speeds={"kind": "listed", "factors": [1, 2]})").err,
             Contains("there is nothing to run") && Contains("2 factors"));
}

TEST_CASE("Configurations of servers that cannot be are one line", "[serving]") {
  struct Case {
    const char* setting;
    const char* message;
    int code;
  };
  for (const Case& one : {
           Case{"/serving/encode_seconds=-1",
                "laggard: /serving/encode_seconds is -1 (out of range); give a number [0, "
                "1000000000]\n",
                2},
           Case{"/serving/hold=-0.1",
                "laggard: /serving/hold is -0.1 (out of range); give a number [0, 1000000000]\n",
                2},
           Case{"/serving/warmup=3000",
                "laggard: /serving/warmup is 3000 (there are 3000 queries); leave some that count: "
                "lower it, or raise /serving/queries\n",
                2},
           Case{R"(/policies=[{"kind": "parm", "k": 13}])",
                "laggard: there is nothing to run (/policies/0: k = 13, but there are 12 instances "
                "to serve a group at once); change what this names; `laggard check CONFIG` "
                "lists every point\n",
                2},
           Case{R"(/policies=[{"kind": "parm"}, {"kind": "parm", "k": 3}])",
                "laggard: /policies/1/label: two policies are called 'parm' (tables and plots tell "
                "them apart by label); give each a \"label\" of its own\n",
                2},
           Case{R"(/serving/arrivals={"kind": "trace", "file": "/nowhere"})",
                "laggard: cannot read the arrivals '/nowhere' (there is no such file); check "
                "/serving/arrivals/file\n",
                3},
           Case{R"(/serving/service={"kind": "load"})",
                "laggard: /serving/service is a load on ranks (nobody waits in this experiment); "
                "use another kind: laggard list services\n",
                2},
       }) {
    CAPTURE(one.setting);
    const Outcome outcome = check(one.setting);
    CHECK(outcome.code == one.code);
    CHECK(outcome.err == one.message);
  }
}

}  // namespace
}  // namespace laggard
