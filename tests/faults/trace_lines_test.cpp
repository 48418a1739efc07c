#include "faults/trace_lines.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "temporary.hpp"

namespace laggard::faults {
namespace {

using Catch::Matchers::Contains;
using testing::TemporaryDirectory;

/// As they come; those of answers as they are, and -1 - bound for the others.
std::vector<double> times_in(const std::string& text, const std::string& unit = "auto") {
  const TemporaryDirectory directory;
  std::vector<double> times;
  for (const Measurement& row :
       read_trace_lines(directory.write("t.csv", text).string(), unit, "check it"))
    times.push_back(row.answered ? row.seconds : -1.0 - row.seconds);
  return times;
}

TEST_CASE("A missing time is longer than the last one of its round", "[trace]") {
  using Times = std::vector<double>;
  CHECK(times_in("0,0,3\n1,0,\n2,0,5\n0,1,7\n1,1,NA\n") == Times{3, -6, 5, 7, -8});
  CHECK(times_in("0,0,\n1,0,\n0,1,7\n1,1,\n") == Times{-1, -1, 7, -8});  // nothing is known
  CHECK(times_in("round,w0_ms,w1_ms,w2_ms\n0,250,,500\n") == Times{0.25, -1.5, 0.5});
  // As spreadsheets write them where a comma is part of a number, and with quotes.
  CHECK(times_in("worker;round;seconds\n0;0;0,25\n1;0;1e-1\n") == Times{0.25, 0.1});
  CHECK(times_in("\"worker\",\"round\",\"seconds\"\n\"0\",\"0\",\"0.25\"\n1,0,\"NA\"\n") ==
        Times{0.25, -1.25});
  // The micro sign and the letter mu.
  CHECK(times_in("worker,round,elapsed_\xC2\xB5s\n0,0,500\n") == Times{5e-4});
  CHECK(times_in("round,w0 (\xCE\xBCs),w1 (us)\n0,500,250\n") == Times{5e-4, 2.5e-4});
  // Who started later was waited for less; without a start, nobody knows.
  CHECK(times_in("worker,round,start_s,finish_s\n0,0,10,14\n1,0,11,\n2,0,12,13\n3,0,20,\n4,0,,\n"
                 "5,0,,15\n") == Times{4, -4, 1, -1, -1, -1});
  // How long a task ran is known, whoever else is there.
  CHECK(times_in("JobID|ElapsedRaw|State\n71_0|5|TIMEOUT\n71_1|9|COMPLETED\n") == Times{-6, 9});
}

TEST_CASE("A worker and round that come twice are refused with both lines", "[trace]") {
  for (const char* text :
       {"worker,round,seconds\n0,0,1\n1,0,3\n0,0,2\n", "\n0,0,1\n1,0,3\n0,0,\n",
        "round,w0_s,w1_s\n0,1,1\n1,1,1\n0,2,2\n", "JobID|ElapsedRaw\n71_3|5\n71_4|6\n71_3|7\n"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(times_in(text), DataError);
    CHECK_THROWS_WITH(times_in(text), Contains("t.csv:4 (worker 0, round 0 was given in line 2 "
                                               "already); a trace has each combination"));
  }
}

TEST_CASE("A finish before its start is called that", "[trace]") {
  CHECK_THROWS_WITH(
      times_in("worker,round,start_ms,finish_ms\n0,0,0,10\n1,0,100,90\n"),
      Contains("t.csv:3 (the finish, '90', is before the start, '100'); correct the line"));
}

}  // namespace
}  // namespace laggard::faults
