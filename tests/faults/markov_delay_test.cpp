#include "faults/markov_delay.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.hpp"
#include "faults/make.hpp"
#include "statistics.hpp"

namespace laggard::faults {
namespace {

using namespace testing;

/// States of one worker over the trials as the definition says: forward from trial 0, with the
/// same uniforms.
std::vector<bool> simulate(const MarkovDelay::Config& config, std::uint64_t seed, WorkerId worker,
                           std::uint32_t trials) {
  std::vector<bool> slow;
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    Stream stream({seed, Purpose::kMarkovState, trial, worker});
    const double u = uniform01(stream);
    double probability = config.to_slow / (config.to_slow + config.to_fast);
    if (trial > 0) probability = slow.back() ? 1.0 - config.to_fast : config.to_slow;
    slow.push_back(u < probability);
  }
  return slow;
}

struct Transitions {
  double to_slow;
  double to_fast;
};

TEST_CASE("The backward scan finds the states of the forward chain", "[delay][markov]") {
  const auto [to_slow, to_fast] = GENERATE(
      Transitions{0.05, 0.2}, Transitions{0.001, 0.002},  // copies
      Transitions{0.9, 0.8}, Transitions{0.999, 0.998},   // flips
      Transitions{0.3, 0.7},                              // forgets at once
      Transitions{1e-9, 1e-9},                            // hardly ever regenerates
      Transitions{0.0, 0.5}, Transitions{0.5, 0.0}, Transitions{1.0, 0.0}, Transitions{0.0, 1.0},
      Transitions{1.0, 0.3}, Transitions{0.3, 1.0}, Transitions{1.0, 1.0});
  CAPTURE(to_slow, to_fast);
  const MarkovDelay::Config config{1.0, 10.0, to_slow, to_fast};
  const MarkovDelay delay(config);
  std::size_t different = 0;
  for (WorkerId worker = 0; worker < 40; ++worker) {
    const auto slow = simulate(config, 42, worker, 150);
    for (std::uint32_t trial = 0; trial < slow.size(); ++trial)
      different += delay.sample({42, trial, worker}) == (slow[trial] ? 10.0 : 1.0) ? 0 : 1;
  }
  CHECK(different == 0);
}

TEST_CASE("Markov workers are slow as often as the stationary law says", "[delay][markov]") {
  const auto [to_slow, to_fast] = GENERATE(Transitions{0.05, 0.2}, Transitions{0.9, 0.6});
  const MarkovDelay delay({0.0, 1.0, to_slow, to_fast});
  const std::uint32_t trial = GENERATE(0U, 1U, 100U);
  CAPTURE(to_slow, to_fast, trial);
  std::vector<double> slow;
  for (WorkerId worker = 0; worker < 20'000; ++worker)
    slow.push_back(delay.sample({3, trial, worker}));
  CHECK(standard_errors(slow, to_slow / (to_slow + to_fast)) < 4.0);
}

TEST_CASE("Markov workers change their state with the given probabilities", "[delay][markov]") {
  const MarkovDelay delay({0.0, 1.0, 0.05, 0.2});
  std::vector<double> turned_slow, turned_fast;
  for (WorkerId worker = 0; worker < 500; ++worker)
    for (std::uint32_t trial = 1; trial < 60; ++trial) {
      const double before = delay.sample({3, trial - 1, worker});
      const double after = delay.sample({3, trial, worker});
      (before > 0.0 ? turned_fast : turned_slow).push_back(before != after ? 1.0 : 0.0);
    }
  CHECK(standard_errors(turned_slow, 0.05) < 4.0);
  CHECK(standard_errors(turned_fast, 0.2) < 4.0);
}

TEST_CASE("A Markov chain goes on over the steps of a trial", "[delay][markov]") {
  const MarkovDelay delay({0.0, 1.0, 0.05, 0.2});
  std::vector<double> turned_slow, turned_fast;
  for (WorkerId worker = 0; worker < 500; ++worker)
    for (std::uint32_t step = 1; step < 60; ++step) {
      const double before = delay.sample({3, 4, worker, step - 1});
      const double after = delay.sample({3, 4, worker, step});
      (before > 0.0 ? turned_fast : turned_slow).push_back(before != after ? 1.0 : 0.0);
    }
  CHECK(standard_errors(turned_slow, 0.05) < 4.0);
  CHECK(standard_errors(turned_fast, 0.2) < 4.0);
}

TEST_CASE("Certain alternation is answered for the largest trial at once", "[delay][markov]") {
  const MarkovDelay delay({1.0, 10.0, 1.0, 1.0});
  for (WorkerId worker = 0; worker < 1000; ++worker) {
    const double first = delay.sample({3, 0, worker});
    REQUIRE(delay.sample({3, 0xfffffffeU, worker}) == first);
    REQUIRE(delay.sample({3, 0xffffffffU, worker}) == 11.0 - first);
    REQUIRE(delay.sample({3, 0xffffffffU, worker, 1}) == first);
  }
}

TEST_CASE("A chain that never moves is refused", "[delay][markov]") {
  CHECK_THROWS_AS(make_delay(R"({"kind": "markov", "to_slow": 0, "to_fast": 0})"), ConfigError);
  CHECK_NOTHROW(make_delay(R"({"kind": "markov", "to_slow": 0, "to_fast": 0.1})"));
}

}  // namespace
}  // namespace laggard::faults
