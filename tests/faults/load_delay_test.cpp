#include "faults/load_delay.hpp"

#include <catch2/catch.hpp>
#include <ctime>
#include <thread>

namespace laggard::faults {
namespace {

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

TEST_CASE("load burns processor time on the chosen ranks, as long as it lives", "[delay][load]") {
  const LoadDelay delay({{1, 3}, 1, 1.0});
  CHECK(delay.needs_wall_clock());
  CHECK(delay.load_on(0) == nullptr);
  CHECK(delay.load_on(2) == nullptr);
  const double before = processor_seconds();
  {
    const auto load = delay.load_on(3);
    REQUIRE(load != nullptr);
    while (processor_seconds() - before < 0.05) std::this_thread::yield();
  }
  const double after = processor_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(processor_seconds() - after < 0.02);  // sleeping costs nothing: nobody burns any more
}

}  // namespace
}  // namespace laggard::faults
