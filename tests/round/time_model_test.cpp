#include "round/time_model.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <queue>

#include "core/error.hpp"
#include "core/random.hpp"
#include "round/arrivals.hpp"
#include "statistics.hpp"

namespace laggard::round {
namespace {

using testing::arrivals_of;
using testing::kNever;
using Workers = std::vector<WorkerId>;

/// All of it, with numbers that doubles have exactly.
TimeConfig everything() {
  TimeConfig config;
  config.compute_s = 0.5;
  config.latency_s = 0.25;
  config.bandwidth = 4.0;
  config.master_bandwidth = 16.0;
  return config;
}

TEST_CASE("Time that costs nothing changes nothing", "[time]") {
  const TimeModel free;
  const Arrivals drawn = arrivals_of({0.1, 0.7, kNever, 0.3});
  CHECK(free.moves_nothing(nullptr));
  CHECK(TimeConfig().is_free());
  const Arrivals timed = free.arrivals({4, 80.0, 80.0}, drawn, nullptr);
  CHECK(timed.delay_s == drawn.delay_s);
  CHECK(timed.order == drawn.order);
}

TEST_CASE("Every part of a round takes its time", "[time]") {
  const TimeModel model(everything(), {1.0, 2.0, 1.0, 4.0});
  const Arrivals drawn = arrivals_of({1.0, 0.0, kNever, 0.0});
  // Messages of 8 bytes: the master's link needs 0.5 each, a worker's 2. Answers of 4: 0.25 and 1.
  const std::vector<double> three(4, 3.0);
  const Arrivals timed = model.arrivals({4, 8.0, 4.0, three}, drawn, nullptr);
  // Worker 0 has its message at 0.5 + 0.25 + 2, computes for 1.5, is delayed by 1, and its answer
  // needs 1 + 0.25 + 0.25.
  CHECK(timed.delay_s[0] == 0.5 + 0.25 + 2.0 + 1.5 + 1.0 + 1.0 + 0.25 + 0.25);
  CHECK(timed.delay_s[1] == 1.0 + 0.25 + 2.0 + 3.0 + 1.0 + 0.25 + 0.25);
  CHECK(timed.delay_s[2] == kNever);
  CHECK(timed.delay_s[3] == 2.0 + 0.25 + 2.0 + 6.0 + 1.0 + 0.25 + 0.25);
  CHECK(timed.order == Workers{0, 1, 3});
  CHECK_FALSE(model.moves_nothing(nullptr));
}

TEST_CASE("Idle workers get no message", "[time]") {
  const TimeModel model(everything(), {});
  const Arrivals drawn = arrivals_of({5.0, 1.0, 0.0, 0.0});
  CHECK(model.arrivals({2, 8.0, 4.0}, drawn, nullptr).order == Workers{1, 0});
}

/// The same by events: the master's link serves whoever asks for it first.
std::vector<Seconds> by_events(const TimeConfig& config, const std::vector<double>& speeds,
                               const RoundWork& work, const Arrivals& drawn) {
  const auto over = [](double bytes, double rate) { return rate > 0.0 ? bytes / rate : 0.0; };
  struct Wish {
    Seconds at_s;
    std::size_t ticket;
    WorkerId worker;
    bool answer;
    bool operator>(const Wish& other) const {
      return std::tie(at_s, ticket) > std::tie(other.at_s, other.ticket);
    }
  };
  std::priority_queue<Wish, std::vector<Wish>, std::greater<>> wishes;
  std::vector<std::size_t> ticket(work.active);
  for (std::size_t i = 0, next = 0; i < drawn.order.size(); ++i)
    if (drawn.order[i] < work.active) ticket[drawn.order[i]] = work.active + next++;
  for (WorkerId worker = 0; worker < work.active; ++worker)
    wishes.push({0.0, worker, worker, false});
  Seconds link_s = 0.0;
  std::vector<Seconds> arrival_s(work.active, kNever);
  while (!wishes.empty()) {
    const Wish wish = wishes.top();
    wishes.pop();
    const double bytes = wish.answer ? work.bytes_out : work.bytes_in;
    if (config.master_bandwidth > 0.0) {
      link_s = std::max(link_s, wish.at_s) + bytes / config.master_bandwidth;
    } else {
      link_s = wish.at_s;
    }
    if (wish.answer) {
      arrival_s[wish.worker] = link_s;
    } else if (std::isfinite(drawn.delay_s[wish.worker])) {
      Seconds at_s = link_s + config.latency_s + over(bytes, config.bandwidth);
      at_s += work.evaluations_of(wish.worker) * config.compute_s * speeds[wish.worker];
      at_s += drawn.delay_s[wish.worker];
      at_s += config.latency_s + over(work.bytes_out, config.bandwidth);
      wishes.push({at_s, ticket[wish.worker], wish.worker, true});
    }
  }
  return arrival_s;
}

TEST_CASE("A round takes what a simulation of its events takes", "[time]") {
  Stream stream({1, Purpose::kData, 0, 0});
  for (int round = 0; round < 200; ++round) {
    TimeConfig config;
    const auto maybe = [&](double value) { return uniform01(stream) < 0.3 ? 0.0 : value; };
    config.compute_s = maybe(uniform01(stream));
    config.latency_s = maybe(uniform01(stream));
    config.bandwidth = maybe(100.0 * uniform01(stream));
    config.master_bandwidth = maybe(1000.0 * uniform01(stream));
    const std::uint32_t active = 1 + uniform_index(stream, 30);
    std::vector<Seconds> delays(active + 3);
    std::vector<double> speeds(delays.size()), evaluations(delays.size());
    for (Seconds& delay : delays)
      delay = uniform01(stream) < 0.1 ? kNever : 3.0 * uniform01(stream);
    for (double& speed : speeds) speed = 0.5 + uniform01(stream);
    for (double& count : evaluations) count = uniform_index(stream, 4);
    const RoundWork work{active, 24.0, 8.0, evaluations};
    const Arrivals drawn = arrivals_of(delays);
    const Arrivals timed = TimeModel(config, speeds).arrivals(work, drawn, nullptr);
    const std::vector<Seconds> expected = by_events(config, speeds, work, drawn);
    for (WorkerId worker = 0; worker < active; ++worker) {
      CAPTURE(round, worker);
      if (std::isinf(expected[worker]))
        CHECK(std::isinf(timed.delay_s[worker]));
      else
        CHECK(timed.delay_s[worker] == Approx(expected[worker]).epsilon(1e-12));
    }
    for (std::size_t i = 1; i < timed.order.size(); ++i)
      CHECK(timed.delay_s[timed.order[i - 1]] <= timed.delay_s[timed.order[i]]);
  }
}

TEST_CASE("A round that is bound by the master's link takes the bytes over the bandwidth",
          "[time]") {
  TimeConfig config;
  config.master_bandwidth = 1000.0;
  config.compute_s = 1e-3;
  const std::uint32_t workers = 500;
  const Arrivals drawn = arrivals_of(std::vector<Seconds>(workers, 0.0));
  const Arrivals timed = TimeModel(config, {}).arrivals({workers, 64.0, 16.0}, drawn, nullptr);
  // The first answer is there long before the last message has left.
  CHECK(timed.delay_s[timed.order.back()] == Approx(workers * (64.0 + 16.0) / 1000.0));
  CHECK(timed.delay_s[timed.order.front()] == Approx((workers * 64.0 + 16.0) / 1000.0));
}

/// Rounds in which each worker needs an exponential time of mean 1, until `count` have answered.
class BusyRounds {
 public:
  BusyRounds(bool cancel, std::uint32_t workers, std::uint32_t count)
      : policy_({count}), workers_(workers) {
    TimeConfig config;
    config.busy = true;
    config.cancel = cancel;
    model_ = TimeModel(config, {});
  }

  /// Returns the times that the workers needed, whether the master waited for them or not.
  std::vector<Seconds> next() {
    std::vector<Seconds> needed(workers_);
    Stream stream({5, Purpose::kDelay, round_++, 0});
    for (Seconds& time : needed) time = -std::log(uniform01_open_low(stream));
    const Arrivals timed = model_.arrivals({workers_}, arrivals_of(needed), &backlog_);
    const Seconds round_s = cut_off(policy_, timed, workers_).time_s;
    model_.end(backlog_, round_s);
    backlog_.now_s += round_s;
    return needed;
  }
  Seconds now_s() const { return backlog_.now_s; }

 private:
  WaitFastest policy_;
  std::uint32_t workers_;
  TimeModel model_;
  Backlog backlog_;
  std::uint32_t round_ = 0;
};

TEST_CASE("Busy workers: the first of N is always the worker with the least to do", "[time]") {
  // No worker ever waits, so that round r ends when the first one is done with r rounds.
  BusyRounds rounds(/*cancel=*/false, 7, 1);
  std::vector<Seconds> done(7, 0.0);
  for (int round = 0; round < 400; ++round) {
    const std::vector<Seconds> needed = rounds.next();
    for (std::size_t n = 0; n < done.size(); ++n) done[n] += needed[n];
    CHECK(rounds.now_s() == Approx(*std::min_element(done.begin(), done.end())).epsilon(1e-12));
  }
  // The gain over one worker, which is N for idle workers, is gone in the long run.
  CHECK(rounds.now_s() / 400 > 0.8);
}

TEST_CASE("Busy workers: fork and join takes H_N times the mean", "[time]") {
  BusyRounds rounds(/*cancel=*/false, 7, 7);
  std::vector<Seconds> times;
  Seconds before_s = 0.0;
  for (int round = 0; round < 4000; ++round) {
    const std::vector<Seconds> needed = rounds.next();
    times.push_back(rounds.now_s() - before_s);
    before_s = rounds.now_s();
    CHECK(times.back() == Approx(*std::max_element(needed.begin(), needed.end())));
  }
  const double harmonic = 1.0 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4 + 1.0 / 5 + 1.0 / 6 + 1.0 / 7;
  CHECK(testing::standard_errors(times, harmonic) < 4.0);
}

TEST_CASE("Late workers that are told to stop are idle in the next round", "[time]") {
  BusyRounds rounds(/*cancel=*/true, 7, 3);
  std::vector<Seconds> times;
  Seconds before_s = 0.0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<Seconds> needed = rounds.next();
    times.push_back(rounds.now_s() - before_s);
    before_s = rounds.now_s();
    std::nth_element(needed.begin(), needed.begin() + 2, needed.end());
    REQUIRE(times.back() == Approx(needed[2]));
  }
  CHECK(testing::standard_errors(times, 1.0 / 7 + 1.0 / 6 + 1.0 / 5) < 4.0);
}

TEST_CASE("Stopping makes no sense for workers that are never busy", "[time]") {
  TimeConfig config;
  config.cancel = true;
  CHECK_THROWS_AS(config.check(), ConfigError);
  config.busy = true;
  CHECK_NOTHROW(config.check());
}

}  // namespace
}  // namespace laggard::round
