// The simulation against formulas of queueing theory. One server or c of them, Poisson arrivals,
// first come first served.
#include <catch2/catch.hpp>
#include <cmath>

#include "experiment/serving/serving.hpp"
#include "statistics.hpp"

using namespace laggard;
using testing::TestServer;

namespace {

constexpr const char* kPlain = R"({"kind": "equal_resources"})";
constexpr std::uint32_t kTrials = 20, kQueries = 22'000, kWarmup = 2'000;

/// Probability that a query must wait: Erlang's C.
double erlang_c(std::uint32_t servers, double load) {
  double blocking = 1.0;  // Erlang's B, by its recursion
  for (std::uint32_t n = 1; n <= servers; ++n) blocking = load * blocking / (n + load * blocking);
  const double utilisation = load / servers;
  return blocking / (1.0 - utilisation * (1.0 - blocking));
}

/// M/M/c with services of mean 1.
struct Mmc {
  std::uint32_t servers;
  double utilisation;

  double load() const { return utilisation * servers; }
  double drain() const { return servers - load(); }  // rate at which a wait ends
  double wait() const { return erlang_c(servers, load()) / drain(); }
  /// P(sojourn > t): the wait is 0 or exponential, the service exponential.
  double longer(double t) const {
    const double waits = erlang_c(servers, load()), excess = drain() - 1.0;
    if (std::abs(excess) < 1e-9) return std::exp(-t) * (1.0 + waits * t);
    return std::exp(-t) * (1.0 + waits * -std::expm1(-excess * t) / excess);
  }
  double quantile(double q) const {
    double low = 0.0, high = 1e4;
    for (int i = 0; i < 100; ++i) {
      const double middle = (low + high) / 2.0;
      (longer(middle) > 1.0 - q ? low : high) = middle;
    }
    return low;
  }
};

/// One value of each trial.
struct Samples {
  std::vector<double> mean, median, p99, p999;
};

Samples simulate(const std::string& service, std::uint32_t servers, double rate) {
  const TestServer server(kPlain, {servers, 0, 1}, service, rate, kQueries);
  Samples samples;
  for (std::uint32_t trial = 0; trial < kTrials; ++trial) {
    serving::Latencies latencies{server.latencies(trial, kWarmup), {0}};
    const serving::LatencySummary summary = serving::summarise(latencies);
    samples.mean.push_back(summary.mean);
    samples.median.push_back(summary.median);
    samples.p99.push_back(summary.p99);
    samples.p999.push_back(summary.p999);
  }
  return samples;
}

/// Within so many standard errors of the mean over the trials, which every formula here is.
constexpr double kErrors = 3.0;

}  // namespace

TEST_CASE("M/M/c: mean wait and quantiles of the sojourn", "[serving]") {
  for (const Mmc queue : {Mmc{1, 0.5}, Mmc{1, 0.8}, Mmc{12, 0.7}, Mmc{18, 0.9}}) {
    CAPTURE(queue.servers, queue.utilisation);
    const Samples samples = simulate(R"({"kind": "shifted_exponential", "shift": 0, "mean": 1})",
                                     queue.servers, queue.load());
    CHECK(testing::standard_errors(samples.mean, 1.0 + queue.wait()) < kErrors);
    CHECK(testing::standard_errors(samples.median, queue.quantile(0.5)) < kErrors);
    CHECK(testing::standard_errors(samples.p99, queue.quantile(0.99)) < kErrors);
    CHECK(testing::standard_errors(samples.p999, queue.quantile(0.999)) < kErrors);
  }
  // Known values of the formulas themselves.
  CHECK(Mmc{1, 0.8}.wait() == Approx(4.0));
  CHECK(Mmc{1, 0.5}.quantile(0.99) == Approx(2.0 * std::log(100.0)));
  CHECK(erlang_c(2, 1.0) == Approx(1.0 / 3.0));
}

TEST_CASE("M/D/1 and M/G/1: the formula of Pollaczek and Khinchine", "[serving]") {
  struct Case {
    const char* service;  // of mean 1
    double variation;     // standard deviation over mean
  };
  const double narrow = std::sqrt(std::log(1.25)), wide = std::sqrt(std::log(3.25));
  const auto lognormal = [](double sigma) {
    return R"({"kind": "lognormal", "median": )" + std::to_string(std::exp(-sigma * sigma / 2.0)) +
           R"(, "sigma": )" + std::to_string(sigma) + "}";
  };
  const std::string even = lognormal(narrow), uneven = lognormal(wide);
  for (const Case& one : {Case{R"({"kind": "constant", "seconds": 1})", 0.0},
                          Case{even.c_str(), 0.5}, Case{uneven.c_str(), 1.5}}) {
    CAPTURE(one.service);
    constexpr double kRate = 0.7;
    const double second_moment = 1.0 + one.variation * one.variation;
    const double wait = kRate * second_moment / (2.0 * (1.0 - kRate));
    CHECK(testing::standard_errors(simulate(one.service, 1, kRate).mean, 1.0 + wait) < kErrors);
  }
}

TEST_CASE("Instances are busy for rate times mean service", "[serving]") {
  const TestServer server(kPlain, {5, 3, 1}, R"({"kind": "weibull", "scale": 2, "shape": 2})", 2.5,
                          20'000);
  std::vector<double> busy;
  for (std::uint32_t trial = 0; trial < 10; ++trial) {
    const serving::Answers answers = server.run(trial);
    busy.push_back(answers.busy_s / (8.0 * answers.end_s));
  }
  const double mean_service = 2.0 * std::tgamma(1.5);
  CHECK(testing::standard_errors(busy, 2.5 * mean_service / 8.0) < kErrors);
}

TEST_CASE("A server that cannot keep up is found out", "[serving]") {
  const char* service = R"({"kind": "shifted_exponential", "shift": 0, "mean": 1})";
  const auto unstable = [&](double rate) {
    return serving::is_unstable(TestServer(kPlain, {4, 0, 1}, service, rate, 20'000).run(), 4);
  };
  CHECK_FALSE(unstable(2.0));
  CHECK_FALSE(unstable(3.8));
  CHECK(unstable(4.4));
  CHECK(unstable(40.0));
}

TEST_CASE("A long service is no queue", "[serving]") {
  // A hundredth of the instances' time is used; the longest of 20,000 services takes minutes.
  const TestServer server(kPlain, {50, 0, 1},
                          R"({"kind": "lognormal", "median": 0.01, "sigma": 2})", 40.0, 20'000);
  for (std::uint32_t trial = 0; trial < 40; ++trial)
    CHECK_FALSE(serving::is_unstable(server.run(trial), 50));
}
