// The time, and waiting.
#pragma once

#include <chrono>
#include <thread>

#include "core/stopwatch.hpp"

namespace laggard {

/// Code that measures real time or waits asks this object, so that a test can set the time itself.
class TimeSource {
 public:
  virtual ~TimeSource() = default;
  virtual Seconds now() const = 0;
  virtual void sleep_until(Seconds moment) = 0;
};

/// Real time since the object was made.
class RealTime final : public TimeSource {
 public:
  Seconds now() const override { return watch_.elapsed(); }
  void sleep_until(Seconds moment) override {
    std::this_thread::sleep_for(std::chrono::duration<Seconds>(moment - now()));
  }

 private:
  Stopwatch watch_;
};

}  // namespace laggard
