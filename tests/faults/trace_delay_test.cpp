#include "faults/trace_delay.hpp"

#include <catch2/catch.hpp>
#include <cstddef>

#include "core/error.hpp"
#include "faults/make.hpp"
#include "faults/trace_lines.hpp"
#include "hdf5/table.hpp"
#include "temporary.hpp"

namespace laggard::faults {
namespace {

using namespace testing;
using Catch::Matchers::Contains;

TEST_CASE("A trace is replayed, over and over", "[delay][trace]") {
  const TemporaryDirectory directory;
  const std::string text = GENERATE(
      // in order; out of order with a header and blanks; Windows line ends and empty lines
      "0,0,0.5\n0,1,1e-3\n0,2,2\n1,0,3\n1,1,4\n1,2,0\n",
      "worker,round,seconds\n1, 2, 0\n0,1,0.001\n1,0,3\n0,0,.5\n0,2,2.0\n1,1,4",
      "worker,round,seconds\r\n0,0,0.5\r\n0,1,1e-3\r\n\r\n0,2,2\r\n1,0,3\r\n1,1,4\r\n1,2,"
      "0\r\n\r\n");
  const TraceDelay delay({directory.write("trace.csv", text).string()});
  const double expected[2][3] = {{0.5, 0.001, 2.0}, {3.0, 4.0, 0.0}};
  for (WorkerId worker = 0; worker < 7; ++worker)
    for (std::uint32_t trial = 0; trial < 10; ++trial)
      for (std::uint32_t step = 0; step < 4; ++step)
        CHECK(delay.sample({1, trial, worker, step}) == expected[worker % 2][(trial + step) % 3]);
  CHECK(delay.sample({1, 0xffffffffU, 0xffffffffU}) == expected[0xffffffffU % 2][0xffffffffU % 3]);
  CHECK(delay.mean_for(4, 9.0) == Approx(2.501 / 3));
  CHECK(delay.mean_for(0xffffffffU, 1.0) == Approx(7.0 / 3));
  CHECK_FALSE(delay.constant());
}

TEST_CASE("One measurement is a trace", "[delay][trace]") {
  const TemporaryDirectory directory;
  const TraceDelay delay({directory.write("trace.csv", "0,0,7").string()});
  CHECK(delay.sample({1, 5, 9}) == 7.0);
}

TEST_CASE("Malformed lines are named by their number", "[delay][trace]") {
  const TemporaryDirectory directory;
  struct Case {
    const char* text;
    const char* place;
    const char* why;
  };
  for (const Case& bad : {
           Case{"0,0,1\n0,1\n", "t.csv:2", "needs 3 fields, this one has"},
           Case{"0,0,1\n0,1,1,1\n", "t.csv:2", "needs 3 fields, this one has"},
           Case{"worker,seconds\n0,1\n", "t.csv:1", "no column is called 'round' or 'trial'"},
           Case{"0:0:1\n", "t.csv:1", "no column is called 'worker'"},
           Case{"time,round,seconds\n0,0,1\n", "t.csv:1",
                "no column is called 'worker'; there are time, round, seconds"},
           Case{"worker,round,round,s\n", "t.csv:1", "two columns are called 'round' or 'trial'"},
           Case{"worker,round,trial,s\n", "t.csv:1", "two columns are called 'round' or 'trial'"},
           Case{"worker,round,host\n", "t.csv:1", "the column 'host' has no unit"},
           Case{"worker,round\n", "t.csv:1", "no column is a time"},
           Case{"worker,round,sent_ms,back_ms\n", "t.csv:1",
                "'sent_ms' and 'back_ms' are both times"},
           Case{"worker,round,ms,host\n0,0,1\n", "t.csv:2", "needs 4 fields"},
           Case{"0,0,1\nworker,round,seconds\n", "t.csv:2", "'worker'"},
           Case{"-1,0,1\n", "t.csv:1", "'-1' is not the index of a worker"},
           Case{"0,1.5,1\n", "t.csv:1", "'1.5' is not the index of a round"},
           Case{"4294967296,0,1\n", "t.csv:1", "not the index of a worker"},
           Case{"0,0,1\n0,1,\n", "t.csv:2", "worker 0 has no time in round 1"},
           Case{"worker,round,ms\n3,2,NA\n", "t.csv:2", "worker 3 has no time in round 2"},
           Case{"0,0,1s\n", "t.csv:1", "'1s' is not a time"},
           Case{"0,0,1e999\n", "t.csv:1", "'1e999' is not a time"},
           Case{"\n0,0,-0.5\n", "t.csv:2", "not a duration"},
           Case{"0,0,nan\n", "t.csv:1", "worker 0 has no time in round 0"},
           Case{"0,0,inf\n", "t.csv:1", "worker 0 has no time in round 0"},
           Case{"worker,round,ns\n0,0,1e19\n", "t.csv:2", "not a duration"},
           Case{"0,0,1\n0,1,2\n0,0,3\n", "t.csv:3", "given in line 1 already"},
       }) {
    CAPTURE(bad.text);
    const std::string path = directory.write("t.csv", bad.text).string();
    CHECK_THROWS_AS(TraceDelay({path}), DataError);
    CHECK_THROWS_WITH(TraceDelay({path}), Contains(bad.place) && Contains(bad.why));
  }
}

TEST_CASE("A header names the columns and the unit", "[delay][trace]") {
  const TemporaryDirectory directory;
  const auto delay_of = [&](const std::string& text, const std::string& unit = "auto") {
    TraceDelay::Config config{directory.write("trace.csv", text).string()};
    config.unit = unit;
    return TraceDelay(config);
  };
  for (const char* text :
       {"worker,trial,elapsed_ms\n0,0,120.5\n1,0,133\n",
        "elapsed (ms),worker,round\n133,1,0\n120.5,0,0\n",
        "\xef\xbb\xbf\"Round\",\"Host\",\"Worker\",\"Milliseconds\"\n0,a,0,120.5\n0,b 7,1,133\n",
        "worker,round,us\n0,0,120500\n1,0,133000\n",
        ",worker,round,elapsed_ms\n0,0,0,120.5\n1,1,0,133\n",
        "\nworker,round,Time_NS\n0,0,120500000\n1,0,133000000\n",
        "worker;round;sec\n0;0;.1205\n1;0;.133\n", "worker\tround\tms\n0\t0\t120.5\n1\t0\t133\n",
        "worker,round,sec\n0,0,.1205\n1,0,.133\n"}) {
    CAPTURE(text);
    const TraceDelay delay = delay_of(text);
    CHECK(delay.sample({1, 0, 0}) == 0.1205);
    CHECK(delay.sample({1, 0, 1}) == 0.133);
  }
  CHECK(delay_of("worker,round,latency\n0,0,120.5\n", "ms").sample({1, 0, 0}) == 0.1205);
  CHECK(delay_of("0,0,120.5\n", "ms").sample({1, 0, 0}) == 0.1205);
  CHECK_THROWS_WITH(delay_of("worker,round,seconds\n0,0,1\n", "ms"),
                    Contains("trace.csv:1") && Contains("'seconds' is in s, /delay/unit is 'ms'"));
  CHECK_THROWS_WITH(delay_of("worker,round,items\n0,0,1\n"), Contains("/delay/unit"));
}

TEST_CASE("A trace may have the start and the finish of each answer", "[delay][trace]") {
  const TemporaryDirectory directory;
  const auto delay_of = [&](const std::string& text) {
    return TraceDelay({directory.write("t.csv", text).string()});
  };
  for (const char* text : {"worker,start_s,finish_s,round\n0,1700000000.5,1700000002,0\n",
                           "finish (ms),begin (ms),host,worker,trial\n2500,1000,a,0,0\n",
                           "round,worker,Begin_us,End_us\n0,0,-500000,1000000\n"}) {
    CAPTURE(text);
    CHECK(delay_of(text).sample({1, 0, 0}) == 1.5);
  }
  CHECK_THROWS_WITH(delay_of("worker,round,start_s,finish_s\n0,0,3,2\n"),
                    Contains("t.csv:2") && Contains("the finish, '2', is before the start, '3'"));
  CHECK_THROWS_WITH(delay_of("worker,round,start_s,finish_ms\n0,0,3,2\n"),
                    Contains("t.csv:1") && Contains("start and finish have different units"));
  CHECK_THROWS_WITH(delay_of("worker,round,start_s,finish_s\n0,0,3,\n"),
                    Contains("worker 0 has no time in round 0"));
}

TEST_CASE("A wide trace has a column for each worker", "[delay][trace]") {
  const TemporaryDirectory directory;
  TraceDelay::Config config;
  config.unit = "ms";
  for (const char* text :
       {"round,0,1\n0,120,240\n1,360,480\n", "w1,trial,w0\n240,0,120\n480,1,360\n",
        ",round,worker 0,worker 1\n0,0,120,240\n1,1,360,480\n"}) {
    CAPTURE(text);
    config.file = directory.write("t.csv", text).string();
    const TraceDelay delay(config);
    CHECK(delay.sample({1, 0, 0}) == 0.12);
    CHECK(delay.sample({1, 0, 1}) == 0.24);
    CHECK(delay.sample({1, 1, 0}) == 0.36);
    CHECK(delay.sample({1, 1, 1}) == 0.48);
  }
  config.unit = "auto";
  CHECK_THROWS_WITH(TraceDelay(config), Contains("has no unit") && Contains("/delay/unit"));
  for (const char* text :
       {"round,node0 (ms),node1 (ms)\n0,120,240\n", "w1_ms,trial,w0_ms\n240,0,120\n",
        "round,worker 0 (ms),worker 1 (ms)\n0,120,240\n", "round;w0 [ms];w1 [ms]\n0;120;240\n",
        "round\tworker-0.ms\tworker-1.ms\n0\t120\t240\n"}) {
    CAPTURE(text);
    config.file = directory.write("t.csv", text).string();
    CHECK(TraceDelay(config).sample({1, 0, 0}) == 0.12);
    CHECK(TraceDelay(config).sample({1, 0, 1}) == 0.24);
  }
  config.file = directory.write("t.csv", "round,w0_ms,w1_s\n0,120,240\n").string();
  CHECK_THROWS_WITH(TraceDelay(config),
                    Contains("the columns of the workers have different units"));
}

TEST_CASE("An answer that never came has the time that the configuration gives it",
          "[delay][trace]") {
  const TemporaryDirectory directory;
  TraceDelay::Config config;
  config.file = directory.write("t.csv", "0,0,1\n1,0,\n2,0,NA\n").string();
  CHECK_THROWS_WITH(TraceDelay(config), Contains("t.csv:2") &&
                                            Contains("worker 1 has no time in round 0") &&
                                            Contains("set missing_seconds"));
  config.missing_s = 60.0;
  const TraceDelay delay(config);
  CHECK(delay.sample({1, 0, 0}) == 1.0);
  CHECK(delay.sample({1, 0, 1}) == 60.0);
  CHECK(delay.sample({1, 0, 2}) == 60.0);
}

TEST_CASE("What Slurm's accounting prints is a trace", "[delay][trace]") {
  const TemporaryDirectory directory;
  TraceDelay::Config config;
  const auto delay_of = [&](const std::string& text) {
    config.file = directory.write("sacct.txt", text).string();
    return TraceDelay(config);
  };
  SECTION("the tasks of job arrays") {
    const TraceDelay delay = delay_of(
        "JobID|JobName|Elapsed|State\n"
        "71_0|work|00:01:30|COMPLETED\n71_0.batch|batch|00:01:30|COMPLETED\n"
        "71_0.extern|extern|00:01:30|COMPLETED\n71_1|work|1-00:00:05|COMPLETED\n"
        "80_1|work|02:03|COMPLETED\n80_0|work|00:00:07|COMPLETED\n");
    CHECK(delay.sample({1, 0, 0}) == 90.0);
    CHECK(delay.sample({1, 0, 1}) == 86405.0);
    CHECK(delay.sample({1, 1, 0}) == 7.0);
    CHECK(delay.sample({1, 1, 1}) == 123.0);
  }
  SECTION("the tasks of arrays that begin with 1") {
    const TraceDelay delay = delay_of("JobID|ElapsedRaw\n71_1|5\n71_2|9\n80_2|7\n80_1|6\n");
    CHECK(delay.sample({1, 0, 0}) == 5.0);
    CHECK(delay.sample({1, 0, 1}) == 9.0);
    CHECK(delay.sample({1, 1, 0}) == 6.0);
  }
  SECTION("the steps of jobs, in seconds") {
    const TraceDelay delay =
        delay_of("ElapsedRaw|JobID\n12|71\n12|71.batch\n3|71.0\n5|71.1\n9|72\n4|72.0\n6|72.1\n");
    CHECK(delay.sample({1, 0, 1}) == 5.0);
    CHECK(delay.sample({1, 1, 0}) == 4.0);
  }
  SECTION("tasks that did not end well") {
    const char* text = "JobID|ElapsedRaw|State\n71_0|5|COMPLETED\n71_1|9|TIMEOUT\n";
    CHECK_THROWS_WITH(delay_of(text),
                      Contains("sacct.txt:3") && Contains("worker 1 has no time in round 0"));
    config.missing_s = 100.0;
    CHECK(delay_of(text).sample({1, 0, 1}) == 100.0);
  }
  SECTION("lines that are wrong") {
    CHECK_THROWS_WITH(delay_of("JobID|State\n71_0|COMPLETED\n"),
                      Contains("sacct.txt:1") && Contains("'Elapsed'"));
    CHECK_THROWS_WITH(delay_of("JobID|Elapsed\n71_0\n"),
                      Contains("sacct.txt:2") && Contains("needs 2 fields between bars"));
    CHECK_THROWS_WITH(delay_of("JobID|Elapsed\n71_0|soon\n"),
                      Contains("sacct.txt:2") && Contains("'soon' is not a time"));
    for (const char* time : {"inf", "nan", "1e300", "-1"})
      CHECK_THROWS_WITH(delay_of(std::string("JobID|ElapsedRaw\n71_0|") + time + "\n"),
                        Contains("sacct.txt:2") && Contains("is not a time"));
    CHECK_THROWS_WITH(delay_of("JobID|Elapsed\n71|00:01:00\n"), Contains("no measurement"));
  }
}

TEST_CASE("What a binary file holds is not printed as it is", "[delay][trace]") {
  const TemporaryDirectory directory;
  const auto path = directory.write("t.csv", "\x1b[2J\xff" + std::string(100000, 'z') + ",0,1\n");
  try {
    TraceDelay({.file = path.string()});
    FAIL("no error");
  } catch (const DataError& error) {
    CHECK_THAT(error.what(), Catch::Contains("'\\x1b[2J\\xffzzz"));
    CHECK(std::string(error.what()).size() < 400);
  }
}

TEST_CASE("Incomplete traces are refused, whatever their indices", "[delay][trace]") {
  const TemporaryDirectory directory;
  struct Case {
    const char* text;
    const char* missing;
  };
  for (const Case& bad : {
           Case{"0,0,1\n0,1,1\n1,1,1\n", "worker 1, round 0 is missing"},
           Case{"0,0,1\n0,1,1\n1,0,1\n", "worker 1, round 1 is missing"},
           Case{"1,0,1\n", "worker 0, round 0 is missing"},
           Case{"0,1,1\n", "worker 0, round 0 is missing"},
           Case{"0,0,1\n2,0,1\n", "worker 1, round 0 is missing"},
           Case{"0,0,1\n4294967295,4294967295,1\n", "worker 0, round 1 is missing"},
       }) {
    CAPTURE(bad.text);
    const std::string path = directory.write("t.csv", bad.text).string();
    CHECK_THROWS_AS(TraceDelay({path}), DataError);
    CHECK_THROWS_WITH(TraceDelay({path}), Contains(bad.missing));
  }
}

TEST_CASE("Traces that are missing, empty or huge are refused", "[delay][trace]") {
  const TemporaryDirectory directory;
  CHECK_THROWS_AS(make_delay(R"({"kind": "trace"})"), ConfigError);
  CHECK_THROWS_WITH(TraceDelay({(directory / "no.csv").string()}), Contains("no.csv"));
  CHECK_THROWS_AS(TraceDelay({(directory / ".").string()}), DataError);
  for (const char* text : {"", "\n\n", "worker,round,seconds\n"}) {
    const std::string path = directory.write("empty.csv", text).string();
    CHECK_THROWS_AS(TraceDelay({path}), DataError);
    CHECK_THROWS_WITH(TraceDelay({path}), Contains("no measurement"));
  }
  const auto huge = directory.write("huge.csv", "0,0,1\n");
  std::filesystem::resize_file(huge, kLargestTrace + 1);  // a hole, no disk space
  CHECK_THROWS_AS(TraceDelay({huge.string()}), DataError);
  CHECK_THROWS_WITH(TraceDelay({huge.string()}), Contains("too large"));
}

struct TraceRow {
  std::uint32_t worker, round;
  double seconds;
  static std::vector<Column> columns() {
    return {{"worker", offsetof(TraceRow, worker), Scalar::kU32, ""},
            {"round", offsetof(TraceRow, round), Scalar::kU32, ""},
            {"seconds", offsetof(TraceRow, seconds), Scalar::kF64, "s"}};
  }
};

struct ResultRow {
  std::uint32_t point, trial, worker;
  double arrival_s;
  static std::vector<Column> columns() {
    return {{"point", offsetof(ResultRow, point), Scalar::kU32, ""},
            {"trial", offsetof(ResultRow, trial), Scalar::kU32, ""},
            {"worker", offsetof(ResultRow, worker), Scalar::kU32, ""},
            {"arrival_seconds", offsetof(ResultRow, arrival_s), Scalar::kF64, "s"}};
  }
};

template <class Row>
std::string table_file(const TemporaryDirectory& directory, const std::string& table,
                       const std::vector<Row>& rows) {
  const auto path = directory / "trace.h5";
  hdf5::File file(path, hdf5::Access::kCreate);
  hdf5::Table<Row> written(file, table);
  for (const Row& row : rows) written.append(row);
  written.write();
  file.flush();
  return path.string();
}

TEST_CASE("A trace may be a table of an HDF5 file", "[delay][trace]") {
  const TemporaryDirectory directory;
  const auto file = table_file<TraceRow>(directory, "/measured", {{0, 0, 0.5}, {1, 0, 2.0}});
  const TraceDelay delay({file, "/measured"});
  CHECK(delay.sample({1, 0, 0}) == 0.5);
  CHECK(delay.sample({1, 3, 1}) == 2.0);
  CHECK_THROWS_WITH(TraceDelay({file, "/workers"}), Contains("/workers"));
  CHECK_THROWS_WITH(TraceDelay({file, "/measured", 0, "ms"}), Contains("/delay/unit is 'ms'"));
}

/// What people write with pandas.
struct MillisecondRow {
  std::uint32_t worker, round;
  double elapsed_ms;
  static std::vector<Column> columns() {
    return {{"worker", offsetof(MillisecondRow, worker), Scalar::kU32, ""},
            {"round", offsetof(MillisecondRow, round), Scalar::kU32, ""},
            {"elapsed_ms", offsetof(MillisecondRow, elapsed_ms), Scalar::kF64, "ms"}};
  }
};

TEST_CASE("A table without times is refused, also where missing ones may be replaced",
          "[delay][trace]") {
  const TemporaryDirectory directory;
  const auto file = table_file<MillisecondRow>(directory, "/times", {{0, 0, 5.0}, {1, 0, 9.0}});
  TraceDelay::Config config{file, "/times"};
  config.missing_s = 5.0;
  CHECK_THROWS_WITH(TraceDelay(config), Contains("its columns are worker, round, elapsed_ms") &&
                                            Contains("worker, round, seconds"));
}

TEST_CASE("The workers of a result are a trace", "[delay][trace]") {
  const TemporaryDirectory directory;
  const auto file = table_file<ResultRow>(
      directory, "/workers", {{0, 0, 0, 9.0}, {1, 0, 0, 1.0}, {1, 1, 0, 2.0}, {0, 1, 0, 8.0}});
  TraceDelay::Config config{file};
  config.point = 1;
  const TraceDelay delay(config);
  CHECK(delay.sample({1, 0, 0}) == 1.0);
  CHECK(delay.sample({1, 1, 5}) == 2.0);
  config.point = 2;
  CHECK_THROWS_WITH(TraceDelay(config), Contains("no rows of point 2"));
}

TEST_CASE("Who never answered cannot be replayed", "[delay][trace]") {
  const TemporaryDirectory directory;
  const auto file = table_file<ResultRow>(directory, "/workers", {{0, 4, 2, kNaN}});
  CHECK_THROWS_WITH(TraceDelay({file}), Contains("worker 2 has no time in round 4"));
}

}  // namespace
}  // namespace laggard::faults
