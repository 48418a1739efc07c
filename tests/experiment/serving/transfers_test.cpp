#include "experiment/serving/transfers.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "statistics.hpp"

using namespace laggard;
using serving::TransferConfig;
using serving::Transfers;

TEST_CASE("One transfer goes there and back at the speed of the link", "[serving]") {
  TransferConfig config;
  config.count = 1;
  config.smallest = config.largest = 1000.0;
  config.bandwidth = 100.0;
  Transfers transfers(config, 2, {1, 0, 0});
  CHECK(transfers.touching(0) == 1);
  CHECK(transfers.touching(1) == 1);
  for (int i = 1; i < 20; ++i) {
    const Seconds before = transfers.next();
    transfers.advance();
    CHECK(transfers.next() - before == Approx(10.0));
  }
}

TEST_CASE("Two transfers of one pair share a link where both go the same way", "[serving]") {
  TransferConfig config;
  config.count = 2;
  config.smallest = config.largest = 1000.0;
  config.bandwidth = 100.0;
  // Both have two instances only. Opposite ways take 10 s; the same way takes 20 s while both do.
  Transfers transfers(config, 2, {1, 0, 0});
  Seconds before = transfers.next();
  double longest = 0.0;
  for (int i = 0; i < 200; ++i) {
    transfers.advance();
    CHECK(transfers.next() >= before);
    longest = std::max(longest, transfers.next() - before);
    before = transfers.next();
    CHECK(transfers.touching(0) == 2);
  }
  CHECK(longest <= Approx(20.0));
}

TEST_CASE("Transfers touch as many instances as published for ParM's cluster", "[serving]") {
  TransferConfig config;
  config.count = 4;
  std::vector<double> share(5);
  Seconds total = 0.0;
  for (std::uint32_t trial = 0; trial < 4; ++trial) {
    Transfers transfers(config, 18, {1, trial, 0});
    Seconds now = 0.0;
    for (int change = 0; change < 5000; ++change) {
      const Seconds stay = transfers.next() - now;
      std::uint32_t ends = 0;
      for (std::uint32_t instance = 0; instance < 18; ++instance) {
        share[transfers.touching(instance)] += stay / 18.0;
        ends += transfers.touching(instance);
      }
      REQUIRE(ends == 8);
      total += stay;
      now = transfers.next();
      transfers.advance();
    }
  }
  CHECK(share[0] / total == Approx(0.64).margin(0.01));
  CHECK(share[1] / total == Approx(0.28).margin(0.01));
  CHECK(share[2] / total == Approx(0.067).margin(0.005));
  CHECK(share[3] / total == Approx(0.008).margin(0.003));
}

TEST_CASE("A job is slowed down by the transfers of its instance", "[serving]") {
  TransferConfig config;
  config.count = 1;
  config.slowdown = 0.5;
  Transfers busy(config, 2, {1, 0, 0});
  Transfers idle({}, 2, {1, 0, 0});
  std::vector<double> slowdowns;
  for (std::uint32_t query = 0; query < 10000; ++query) {
    slowdowns.push_back(busy.factor(0, {1, 0, query, 0}) - 1.0);
    REQUIRE(idle.factor(0, {1, 0, query, 0}) == 1.0);
  }
  CHECK(testing::kolmogorov_smirnov(slowdowns, [](double x) { return 1.0 - std::exp(-x / 0.5); }) <
        1.95);
}

TEST_CASE("Transfers that cannot be are refused", "[serving]") {
  const auto refused = [](std::uint32_t among, double smallest, std::uint32_t instances) {
    TransferConfig config;
    config.count = 1;
    config.among = among;
    config.smallest = smallest;
    try {
      config.check(instances);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refused(0, 1.0, 2).empty());
  CHECK(refused(0, 1.0, 1) ==
        "/serving/transfers connect pairs of instances (there is only one); set "
        "/serving/transfers/count to 0, or use more instances");
  CHECK(refused(3, 1.0, 4) ==
        "/serving/transfers/among is 3 (4 instances serve queries); give at "
        "least as many, or 0");
  CHECK(refused(0, 1e12, 2).substr(0, 54) ==
        "/serving/transfers/smallest_bytes is 1000000000000 (la");
}
