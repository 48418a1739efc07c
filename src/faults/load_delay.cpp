#include "faults/load_delay.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "core/stopwatch.hpp"

namespace laggard::faults {
namespace {

/// Threads that compute for the share `duty` of every period, until the end of their object.
class Burning final : public Load {
 public:
  Burning(std::uint32_t threads, double duty) {
    for (std::uint32_t i = 0; i < threads; ++i) threads_.emplace_back([this, duty] { burn(duty); });
  }
  ~Burning() override {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  Burning(const Burning&) = delete;
  Burning& operator=(const Burning&) = delete;

 private:
  static constexpr Seconds kPeriod_s = 0.02;  // several scheduler slices

  void burn(double duty) const {
    while (!stop_) {
      const Stopwatch watch;
      while (watch.elapsed() < duty * kPeriod_s) {
      }
      if (duty < 1.0)
        std::this_thread::sleep_for(std::chrono::duration<Seconds>((1.0 - duty) * kPeriod_s));
    }
  }

  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

void LoadDelay::Config::fields(Fields& fields) {
  fields.integers({"ranks", "ranks that have other work; without mpirun the only rank is 0"},
                  ranks);
  fields.integer({"threads", "number of threads of other work on each of these ranks"}, threads, 1,
                 1024);
  fields.number({"duty", "share of the time in which they compute"}, duty, {0.0, 1.0, true});
}

std::unique_ptr<Load> LoadDelay::load_on(std::uint32_t rank) const {
  if (std::find(config_.ranks.begin(), config_.ranks.end(), rank) == config_.ranks.end())
    return nullptr;
  return std::make_unique<Burning>(config_.threads, config_.duty);
}

}  // namespace laggard::faults
