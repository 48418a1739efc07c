#include "experiment/serving/latency.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "experiment/serving/serving.hpp"

using namespace laggard;
using serving::Answers;
using serving::Latencies;
using testing::kNever;

TEST_CASE("Quantiles are values at their rank", "[serving]") {
  for (const std::size_t count : {1U, 2U, 7U, 100U, 1000U, 12345U}) {
    Latencies latencies;
    Stream stream({count, Purpose::kData, 0, 0});
    for (std::size_t i = 0; i < count; ++i) latencies.seconds.push_back(uniform01(stream));
    latencies.substituted.assign(count, 0);
    std::vector<double> sorted = latencies.seconds;
    std::sort(sorted.begin(), sorted.end());
    const auto expected = [&](double q) {
      return sorted[static_cast<std::size_t>(std::ceil(q * static_cast<double>(count))) - 1];
    };
    const serving::LatencySummary summary = serving::summarise(latencies);
    CHECK(summary.median == expected(0.5));
    CHECK(summary.p99 == expected(0.99));
    CHECK(summary.p995 == expected(0.995));
    CHECK(summary.p999 == expected(0.999));
    CHECK(summary.approximated == 0.0);
  }
}

TEST_CASE("A substitute counts if it comes first, and is held back where that is asked",
          "[serving]") {
  Answers answers;
  answers.arrival = {0, 10, 20, 30, 40};
  answers.proper = {5, 12, kNever, 38, 43};      // latencies 5, 2, -, 8, 3: the median is 3
  answers.substitute = {1, 15, 26, 31, kNever};  // 1, 5, 6, 1, -
  Latencies latencies;
  using Seen = std::vector<double>;
  using Marks = std::vector<std::uint8_t>;

  serving::latencies(answers, 1, 0, {}, latencies);
  CHECK(latencies.seconds == Seen{1, 2, 6, 1, 3});
  CHECK(latencies.substituted == Marks{1, 0, 1, 1, 0});
  CHECK(serving::summarise(latencies).approximated == Approx(0.6));

  serving::latencies(answers, 1, 0, {7.0, false}, latencies);
  CHECK(latencies.seconds == Seen{5, 2, 7, 7, 3});
  CHECK(latencies.substituted == Marks{0, 0, 1, 1, 0});

  serving::latencies(answers, 1, 0, {0.0, true}, latencies);  // alone, it need not wait
  CHECK(latencies.seconds == Seen{3, 2, 6, 3, 3});
  CHECK(latencies.substituted == Marks{1, 0, 1, 1, 0});

  serving::latencies(answers, 1, 3, {}, latencies);  // behind the warm-up
  CHECK(latencies.seconds == Seen{1, 3});
}

TEST_CASE("Queries of a batch have the answer of their batch", "[serving]") {
  Answers answers;
  answers.arrival = {0, 1, 2, 3, 4};
  answers.proper = {3, 7, 9};
  answers.substitute = {kNever, 6, kNever};
  Latencies latencies;
  serving::latencies(answers, 2, 1, {}, latencies);
  CHECK(latencies.seconds == std::vector<double>{2, 4, 3, 5});
  CHECK(latencies.substituted == std::vector<std::uint8_t>{0, 1, 1, 0});
}

TEST_CASE("Holding reconstructions back changes who answers, not how late the latest are",
          "[serving]") {
  testing::TestServer server(R"({"kind": "parm"})", {12, 6, 2}, R"({"kind": "round_trip"})", 270.0,
                             20'000);
  server.config.transfers.count = 4;
  const auto summary = [&](Seconds hold) {
    Latencies latencies;
    serving::latencies(server.run(), 1, 1000, {hold, false}, latencies);
    return serving::summarise(latencies);
  };
  const auto free = summary(0.0), held = summary(0.024), longer = summary(0.028);
  CHECK(free.approximated > 0.2);
  CHECK(held.approximated < 0.1);
  CHECK(longer.approximated < 0.05);
  CHECK(held.p999 == free.p999);
  CHECK(longer.p999 == free.p999);
  CHECK(held.median >= free.median);
}

TEST_CASE("Queues are not without bound because a reminder or an encoder is late", "[serving]") {
  // Queries come for 3.7 s, and each of them is answered in 20 ms.
  const std::string service = R"({"kind": "constant", "seconds": 0.02})";
  const testing::TestServer plain(R"({"kind": "equal_resources"})", {12, 6, 2}, service, 270.0,
                                  1000);
  const Answers expected = plain.run();
  REQUIRE_FALSE(serving::is_unstable(expected, 18));
  for (const double hedge_s : {0.5, 1000.0}) {
    const testing::TestServer hedged(
        R"({"kind": "replication", "hedge_after_seconds": )" + std::to_string(hedge_s) + "}",
        {12, 6, 2}, service, 270.0, 1000);
    const Answers answers = hedged.run();
    CHECK_FALSE(serving::is_unstable(answers, 18));
    CHECK(answers.proper == expected.proper);
    CHECK(answers.end_s == expected.end_s);
    CHECK(answers.busy_s == expected.busy_s);
  }
  testing::TestServer encoded(R"({"kind": "parm"})", {12, 6, 2}, service, 270.0, 1000);
  encoded.config.encode_s = 0.5;
  const Answers answers = encoded.run();
  CHECK_FALSE(serving::is_unstable(answers, 18));
  // The encoders finish long after the instances.
  CHECK(answers.end_s < 2.0 * answers.arrival.back());
}

TEST_CASE("An instance of factor 3 takes three times as long", "[serving]") {
  testing::TestServer server(R"({"kind": "equal_resources"})", {2, 1, 1},
                             R"({"kind": "constant", "seconds": 0.1})", 0.01, 9);
  server.speeds = {1.0, 3.0, 0.5};
  const Answers answers = server.run();
  // One at a time: the instances take the queries in turn.
  const double factors[] = {1.0, 3.0, 0.5};
  double busy = 0.0;
  for (std::size_t query = 0; query < 9; ++query) {
    CHECK(answers.proper[query] - answers.arrival[query] ==
          Approx(0.1 * factors[query % 3]).epsilon(1e-9));
    busy += 0.1 * factors[query % 3];
  }
  CHECK(answers.busy_s == Approx(busy));
}
