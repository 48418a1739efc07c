#include "faults/load_delay.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <thread>

namespace laggard::faults {
namespace {

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::ptrdiff_t threads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

TEST_CASE("load burns processor time on the chosen ranks, as long as it lives", "[delay][load]") {
  const LoadDelay delay({{1, 3}, 2, 1.0});
  CHECK(delay.needs_wall_clock());
  CHECK(delay.load_on(0) == nullptr);
  CHECK(delay.load_on(2) == nullptr);
  std::thread([] {}).join();  // with the first one, ThreadSanitizer starts a thread of its own
  const std::ptrdiff_t before = threads();
  {
    const auto load = delay.load_on(3);
    REQUIRE(load != nullptr);
    CHECK(threads() == before + 2);
    const double begun = processor_seconds();
    while (processor_seconds() - begun < 0.05)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  // A thread that has ended is listed for a moment more.
  while (threads() > before) std::this_thread::yield();
}

}  // namespace
}  // namespace laggard::faults
