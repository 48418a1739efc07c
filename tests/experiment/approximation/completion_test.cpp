// Completion times on the virtual clock against closed forms.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "experiment.hpp"
#include "statistics.hpp"

namespace laggard::approximation {
namespace {

using namespace testing;
using Catch::Matchers::Contains;

/// 2,000 trials of an uncoded experiment with K = N = 10 and the members of `more`.
MemoryStore run_ten(const std::string& more) {
  MemoryStore sink;
  run_in_process(R"({"data_points": 10, "workers": 10, "trials": 2000,
      "schemes": [{"kind": "uncoded"}],
      "delay": {"kind": "shifted_exponential", "shift": 2, "mean": 3}, )" +
                     more + "}",
                 sink);
  REQUIRE(sink.trials.size() == 2000);
  return sink;
}

std::vector<double> completions(const MemoryStore& sink) {
  std::vector<double> seconds;
  for (const TrialRecord& record : sink.trials) seconds.push_back(record.completion_s);
  return seconds;
}

double harmonic(int n) {
  double sum = 0.0;
  for (int i = 1; i <= n; ++i) sum += 1.0 / i;
  return sum;
}

TEST_CASE("The k-th of N exponential answers comes at shift + mean (H_N - H_{N-k})", "[time]") {
  for (const int k : {1, 5, 9, 10}) {
    CAPTURE(k);
    const auto sink = run_ten(R"("wait": {"kind": "fastest", "count": )" + std::to_string(k) + "}");
    CHECK(standard_errors(completions(sink), 2 + 3 * (harmonic(10) - harmonic(10 - k))) < 4.0);
  }
}

TEST_CASE(
    "Of workers that are lost with probability p, the last answer comes after the sum of "
    "(1 - p^j) / j means",
    "[time]") {
  const double p = 0.3;
  const auto sink = run_ten(R"("stragglers": {"kind": "bernoulli", "probability": 0.3})");
  double expected = 2.0, power = 1.0;
  for (int j = 1; j <= 10; ++j) expected += 3.0 * (1.0 - (power *= p)) / j;
  CHECK(standard_errors(completions(sink), expected) < 4.0);
  std::vector<double> received;
  for (const TrialRecord& record : sink.trials) received.push_back(record.received);
  CHECK(standard_errors(received, 7.0) < 4.0);
}

TEST_CASE("Computing and messages add to the delays, encoding and decoding to the completion",
          "[time]") {
  const std::string config = R"({"data_points": 2, "workers": 3, "trials": 1,
      "schemes": [{"kind": "bacc"}, {"kind": "uncoded"}, {"kind": "replication"}],
      "dataset": {"kind": "uniform", "dimension": 4},
      "model": {"kind": "expression", "outputs": ["x1", "x2"]},
      "speeds": {"kind": "listed", "factors": [1, 3, 2]},
      "output": {"workers": true},
      "time": {"compute_seconds": 10, "latency_seconds": 0.5, "bandwidth": 16,
               "bytes_per_number": 4, "codec_flops": 100}})";
  MemoryStore sink;
  run_in_process(config, sink);
  // 16 bytes to a worker, 8 back.
  for (const WorkerRecord& row : sink.workers)
    CHECK(row.arrival_s == 0.5 + 1.0 + 10.0 * std::vector{1, 3, 2}[row.worker] + 0.5 + 0.5);
  REQUIRE(sink.trials.size() == 3);
  const TrialRecord &bacc = sink.trials[0], &uncoded = sink.trials[1], &copies = sink.trials[2];
  CHECK(bacc.collect_s == 32.5);
  CHECK(bacc.encode_s == 2 * 3 * 2 * 4 / 100.0);        // 2 N K d
  CHECK(bacc.decode_s == (2 * 2 + 5) * 2 * 3 / 100.0);  // (2 m + 5) K |F|
  CHECK(bacc.completion_s == Approx(32.5 + bacc.encode_s + bacc.decode_s));
  CHECK(uncoded.encode_s == 0.0);
  CHECK(uncoded.decode_s == 3 * 2 * 2 / 100.0);
  CHECK(uncoded.collect_s == 32.5);  // workers 0 and 1
  CHECK(copies.decode_s == 3 * 3 * 2 / 100.0);
  CHECK(std::isnan(bacc.compute_s));
}

TEST_CASE("Rules for lost points that look at the data take time", "[time]") {
  MemoryStore sink;
  run_in_process(R"({"data_points": 3, "workers": 3, "trials": 1,
      "schemes": [{"kind": "uncoded"},
                  {"kind": "uncoded", "label": "nearest", "missing": "nearest"},
                  {"kind": "replication", "label": "kriging", "missing": "kriging"}],
      "dataset": {"kind": "uniform", "dimension": 4}, "time": {"codec_flops": 100}})",
                 sink);
  const double means_s = 3 * 3 * 1 / 100.0, distances_s = 2 * 9 * 4 / 100.0;
  CHECK(sink.trials[0].decode_s == Approx(means_s));
  CHECK(sink.trials[1].decode_s == Approx(means_s + distances_s));
  CHECK(sink.trials[2].decode_s == Approx(means_s + distances_s + 9 * (1 + 6) / 100.0));
}

TEST_CASE("A deadline counts what takes time", "[time]") {
  MemoryStore sink;
  run_in_process(R"({"data_points": 2, "workers": 8, "trials": 1, "schemes": [{"kind": "bacc"}],
      "wait": {"kind": "deadline", "seconds": 0.55}, "time": {"master_bandwidth": 80}})",
                 sink);
  // 8 messages of 8 bytes take 0.8 s.
  CHECK(sink.trials[0].received == 0);
  CHECK(sink.trials[0].collect_s == 0.55);
}

TEST_CASE("What takes time is checked", "[time]") {
  CHECK_THROWS_WITH(plan_of(R"({"time": {"busy": true}})"), Contains("/time/busy is set"));
  CHECK_THROWS_WITH(plan_of(R"({"time": {"cancel": true}})"), Contains("/time/cancel is set"));
  CHECK_THROWS_WITH(plan_of(R"({"time": {"latency": 1}})"), Contains("latency_seconds"));
  CHECK_THROWS_WITH(plan_of(R"({"time": {"bandwidth": -1}})"), Contains("/time/bandwidth"));
  const Setup setup = setup_of(R"({"clock": "wall", "time": {"latency_seconds": 1}})");
  CHECK(setup.points[0].record.skipped ==
        "/time is for the virtual clock; the wall clock measures");
}

}  // namespace
}  // namespace laggard::approximation
