// Waiting without stealing the processor from those who compute.
#pragma once

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/stopwatch.hpp"

namespace laggard::transport {

/// Spins for a moment, then yields, then sleeps a tenth of the time waited so far, at most 1 ms: a
/// wait is prolonged by at most about 10 %, and one that lasts costs next to nothing. Blocking
/// receives would spin inside MPI and slow computing ranks on the same cores by up to 2x.
class Backoff {
 public:
  void reset() { idle_ = 0; }
  /// Past spinning: there is time for a look around.
  bool sleeping() const { return idle_ > kSpins; }

  /// Sleeps no longer than `at_most`.
  void pause(Seconds at_most = kLongestSleep_s) {
    if (idle_++ == 0) watch_.restart();
    if (idle_ < kSpins) return;
    const Seconds waited = watch_.elapsed();
    if (waited < kYieldUntil_s || at_most <= 0) {
      sched_yield();
      return;
    }
    std::this_thread::sleep_for(
        std::chrono::duration<Seconds>(std::min({0.1 * waited, kLongestSleep_s, at_most})));
  }

 private:
  static constexpr int kSpins = 50;
  static constexpr Seconds kYieldUntil_s = 300e-6;
  static constexpr Seconds kLongestSleep_s = 1e-3;

  int idle_ = 0;
  Stopwatch watch_;
};

}  // namespace laggard::transport
