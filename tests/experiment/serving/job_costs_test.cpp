// Servers whose computing, messages and codecs take time on the virtual clock.
#include "experiment/serving/job_costs.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "experiment.hpp"
#include "experiment/serving/serving.hpp"
#include "experiment/serving/simulation.hpp"
#include "statistics.hpp"

namespace laggard {
namespace {

using Catch::Contains;
using serving::Answers;
using serving::JobCosts;
using testing::TestServer;

constexpr const char* kPlain = R"({"kind": "equal_resources"})";
constexpr const char* kTenth = R"({"kind": "constant", "seconds": 0.1})";

/// Small exact numbers.
JobCosts some_costs() {
  JobCosts costs;
  costs.compute_s = 0.5;
  costs.there_s = 2.0;
  costs.back_s = 4.0;
  costs.bytes_in = 100.0;
  costs.bytes_out = 10.0;
  costs.frontend_bandwidth = 1000.0;
  return costs;
}

serving::Simulation simulation_of(const std::string& time, const std::string& more = "") {
  const config::Plan plan = testing::plan_of(
      R"json({"experiment": "serving", "dataset": {"kind": "uniform", "dimension": 20},
              "model": {"kind": "polynomial", "outputs": 5}, "time": )json" +
      time + more + "}");
  return serving::Simulation(plan.combinations.front());
}

TEST_CASE("A query that is alone takes its messages, its computing and its service", "[serving]") {
  TestServer server(kPlain, {2, 1, 1}, kTenth, 0.001, 9);
  server.costs = some_costs();
  server.speeds = {1.0, 3.0, 0.5};
  const Answers answers = server.run();
  const double factors[] = {1.0, 3.0, 0.5};
  double busy = 0.0;
  for (std::size_t query = 0; query < 9; ++query) {
    const double expected = 0.1 + 2.0 + factors[query % 3] * (0.1 + 0.5) + 4.0 + 0.01;
    CHECK(answers.proper[query] - answers.arrival[query] == Approx(expected).epsilon(1e-9));
    busy += expected;
  }
  CHECK(answers.busy_s == Approx(busy));
  CHECK(server.costs.messages_s() == Approx(0.1 + 2.0 + 4.0 + 0.01));
}

TEST_CASE("The frontend's link sends one query after the other: M/D/1", "[serving]") {
  // An instance for each query, and services so long that answers find no query on the link.
  constexpr double kRate = 0.7;
  TestServer server(kPlain, {22'000, 0, 1}, R"({"kind": "constant", "seconds": 1e6})", kRate,
                    22'000);
  server.costs.bytes_in = 8.0;
  server.costs.frontend_bandwidth = 8.0;  // a message takes 1 s
  server.costs.there_s = 0.25;
  std::vector<double> means;
  for (std::uint32_t trial = 0; trial < 20; ++trial)
    means.push_back(testing::mean_of(server.latencies(trial, 2'000)));
  const double wait = kRate / (2.0 * (1.0 - kRate));  // Pollaczek and Khinchine
  CHECK(testing::standard_errors(means, 1e6 + 1.0 + wait + 0.25) < 3.0);
}

TEST_CASE("Queries and answers share the frontend's link in the order of events", "[serving]") {
  // Three queries at almost the same time.
  TestServer server(kPlain, {2, 0, 1}, R"({"kind": "constant", "seconds": 3})", 1e6, 3);
  server.costs.bytes_in = 2.0;
  server.costs.bytes_out = 1.0;
  server.costs.frontend_bandwidth = 1.0;
  const Answers answers = server.run();
  const double start = answers.arrival[0];
  // Sent from 0 to 2 and from 2 to 4; the first answer is ready at 5 and passes until 6, when the
  // third query is sent until 8, so that the second answer, which is ready at 7, passes until 9.
  CHECK(answers.proper[0] - start == Approx(6.0).margin(1e-4));
  CHECK(answers.proper[1] - start == Approx(9.0).margin(1e-4));
  CHECK(answers.proper[2] - start == Approx(8.0 + 3.0 + 1.0).margin(1e-4));
}

TEST_CASE("Encoding and decoding take the frontend's operations", "[serving]") {
  constexpr const char* kParm = R"({"kind": "parm"})";
  constexpr const char* kService = R"({"kind": "shifted_exponential", "shift": 1, "mean": 1})";
  TestServer parm(kParm, {2000, 1000, 2}, kService, 1.0, 2000);
  TestServer slower(kParm, {2000, 1000, 2}, kService, 1.0, 2000);
  JobCosts& costs = parm.costs;
  costs.numbers_in = 30.0;
  costs.numbers_out = 20.0;
  costs.codec_flops = 1000.0;
  CHECK(costs.encode_s(2, 1) == Approx(0.12));
  CHECK(costs.decode_s(2, 1) == Approx(0.08));
  // The same as times of /serving.
  slower.config.encode_s += 0.12;
  slower.config.decode_s += 0.08;
  const Answers answers = parm.run(), expected = slower.run();
  REQUIRE(answers.substitute.size() == 2000);
  std::size_t decoded = 0;
  for (std::size_t query = 0; query < 2000; ++query) {
    if (expected.substitute[query] == testing::kNever) {
      CHECK(answers.substitute[query] == testing::kNever);
      continue;
    }
    ++decoded;
    CHECK(answers.substitute[query] == Approx(expected.substitute[query]).epsilon(1e-12));
  }
  CHECK(decoded > 200);
}

TEST_CASE("A message has the size of a row of the dataset, and an answer that of the outputs",
          "[serving]") {
  const serving::Simulation simulation = simulation_of(
      R"({"compute_seconds": 0.5, "latency_seconds": 0.25, "bandwidth": 40, "master_bandwidth": 80,
          "bytes_per_number": 4, "codec_flops": 10})",
      R"(, "serving": {"batch": 3})");
  const serving::ServerConfig server;
  const JobCosts costs = simulation.scene(0, server).costs;
  CHECK(costs.compute_s == Approx(1.5));
  CHECK(costs.bytes_in == Approx(240.0));
  CHECK(costs.bytes_out == Approx(60.0));
  CHECK(costs.there_s == Approx(0.25 + 6.0));
  CHECK(costs.back_s == Approx(0.25 + 1.5));
  CHECK(costs.link_s() == Approx(300.0 / 80.0));
  CHECK(costs.encode_s(2, 1) == Approx(2.0 * 2.0 * 60.0 / 10.0));
  // Without anything that needs sizes, nobody makes a dataset.
  const JobCosts free =
      simulation_of(R"({"latency_seconds": 0.25})", R"(, "serving": {"batch": 3})")
          .scene(0, server)
          .costs;
  CHECK(free.bytes_in == 0.0);
  CHECK(free.messages_s() == Approx(0.5));
}

TEST_CASE("The largest rate counts messages, computing and the frontend's link", "[serving]") {
  const auto capacity = [](const std::string& time) {
    const serving::Simulation simulation =
        simulation_of(time, R"(, "policies": [{"kind": "equal_resources"}],
                 "serving": {"service": {"kind": "constant", "seconds": 1}, "instances": 8,
                             "extra": 2})");
    return simulation.capacity(*simulation.policies().front().policy);
  };
  CHECK(capacity("{}") == Approx(10.0));
  CHECK(capacity(R"({"compute_seconds": 1, "latency_seconds": 1.5})") == Approx(2.0));
  // 160 bytes there and 40 back, of which 1000 pass in a second.
  CHECK(capacity(R"({"master_bandwidth": 1000})") == Approx(5.0));
  CHECK(capacity(R"({"master_bandwidth": 1e6})") == Approx(10.0 / 1.0002));
}

TEST_CASE("What makes no sense in the time of a server is refused", "[serving]") {
  CHECK_THROWS_WITH(simulation_of(R"({"busy": true})"), Contains("/time/busy is set"));
  CHECK_THROWS_WITH(simulation_of(R"({"cancel": true})"), Contains("/time/cancel is set"));
  const auto points = testing::sweep_of(R"({"experiment": "serving", "clock": "wall",
                                            "time": {"latency_seconds": 0.1}})")
                          .points();
  REQUIRE(points.size() == 2);
  for (const PointRecord& point : points)
    CHECK_THAT(point.skipped, Contains("the wall clock measures"));
}

}  // namespace
}  // namespace laggard
