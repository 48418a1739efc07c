#include "experiment/serving/service.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numbers>

#include "core/error.hpp"
#include "experiment/serving/serving.hpp"
#include "faults/make.hpp"
#include "statistics.hpp"
#include "temporary.hpp"

using namespace laggard;
using serving::Job;
using testing::make_service;

TEST_CASE("A round trip has the moments of its parts", "[serving]") {
  const auto service = make_service(R"({"kind": "round_trip", "base": 20, "size_mean": 2,
      "size_largest": 1000, "polling": 3, "jitter": 0.5})");
  std::vector<double> own, coded;
  for (std::uint32_t query = 0; query < 20000; ++query) {
    own.push_back(service->draw({{1, 0, query, 0}, false}));
    coded.push_back(service->draw({{1, 0, query, 0}, true}));
  }
  CHECK(testing::standard_errors(own, 20.0 - 2.0 + 1.5) < 4.0);
  CHECK(testing::standard_errors(coded, 20.0 - 2.0 * std::numbers::ln2 + 1.5) < 4.0);
  CHECK(testing::variance_of(own) == Approx(4.0 + 0.75 + 0.25).epsilon(0.05));
  CHECK(testing::variance_of(coded) == Approx(0.75 + 0.25).epsilon(0.05));
}

TEST_CASE("Copies of a query have its size and a draw of their own", "[serving]") {
  const auto sized = make_service(R"({"kind": "round_trip", "polling": 0, "jitter": 0})");
  const auto jittery = make_service(R"({"kind": "round_trip", "size_mean": 0})");
  for (std::uint32_t query = 0; query < 100; ++query) {
    CHECK(sized->draw({{1, 0, query, 0}}) == sized->draw({{1, 0, query, 1}}));
    CHECK(sized->draw({{1, 0, query, 0}}) != sized->draw({{1, 0, query + 1, 0}}));
    CHECK(jittery->draw({{1, 0, query, 0}}) != jittery->draw({{1, 0, query, 1}}));
  }
}

TEST_CASE("A small query saves no more than the largest saving, and no time is below 0",
          "[serving]") {
  const auto capped = make_service(R"({"kind": "round_trip", "base": 20, "size_mean": 50,
      "size_largest": 12, "polling": 0, "jitter": 0})");
  const auto tiny = make_service(R"({"kind": "round_trip", "base": 1, "size_mean": 50,
      "size_largest": 12})");
  double least = 20.0, tiniest = 1.0;
  for (std::uint32_t query = 0; query < 1000; ++query) {
    least = std::min(least, capped->draw({{1, 0, query, 0}}));
    tiniest = std::min(tiniest, tiny->draw({{1, 0, query, 0}}));
  }
  CHECK(least == 8.0);
  CHECK(tiniest == 0.0);
}

TEST_CASE("Services take the times of a trace at random, whoever's they are", "[serving]") {
  const testing::TemporaryDirectory directory;
  const auto file = directory.write("t.csv", "0,0,1\n0,1,2\n1,0,4\n1,1,8\n");
  const auto service = make_service(R"({"kind": "trace", "file": ")" + file.string() + R"("})");
  std::map<double, int> counts;
  for (std::uint32_t query = 0; query < 4000; ++query) ++counts[service->draw({{1, 0, query, 0}})];
  REQUIRE(counts.size() == 4);
  for (const auto& [seconds, count] : counts) {
    CAPTURE(seconds);
    CHECK(std::abs(count - 1000) < 4 * std::sqrt(750.0));
  }
  // A pure function of the job.
  CHECK(service->draw({{1, 0, 5, 0}}) == service->draw({{1, 0, 5, 0}}));
}

TEST_CASE("Any delay can be a service, but for a load that needs a clock", "[serving]") {
  const char* json = R"({"kind": "pareto", "scale": 2, "shape": 3})";
  const auto service = make_service(json);
  const auto delay = testing::make_delay(json);
  const faults::Address at{7, 3, 11, 1};
  CHECK(service->draw({at}) == delay->sample(at));
  CHECK(service->draw({at}) != service->draw({{7, 3, 12, 1}}));
  const auto scaled =
      make_service(R"({"kind": "pareto", "scale": 2, "shape": 3, "scaling": "work"})");
  CHECK(scaled->draw({at, false, 4.0}) == 4.0 * delay->sample(at));
  CHECK_THROWS_WITH(make_service(R"({"kind": "load"})"),
                    "/serving/service is a load on ranks (nobody waits in this experiment); use "
                    "another kind: laggard list services");
  for (const char* kind : {"markov", "shared", "groups"})  // of workers and rounds
    CHECK_THROWS_AS(make_service(std::string(R"({"kind": ")") + kind + R"("})"), ConfigError);
}
