#include "core/memory.hpp"

#include <catch2/catch.hpp>

#include "temporary.hpp"

namespace laggard {
namespace {

/// A machine with 1000 kB available, in files.
class Machine {
 public:
  Machine() { put("proc/meminfo", "MemTotal:  5000 kB\nMemFree: 10 kB\nMemAvailable:  1000 kB\n"); }

  void put(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((root_ / file).parent_path());
    root_.write(file, text);
  }
  std::optional<double> free() const { return free_memory_bytes(root_ / ""); }

 private:
  testing::TemporaryDirectory root_;
};

TEST_CASE("The memory left is what the kernel calls available", "[memory]") {
  const Machine machine;
  CHECK(machine.free() == 1'024'000.0);
  machine.put("proc/self/cgroup", "0::/\n");  // nothing below sys
  CHECK(machine.free() == 1'024'000.0);
}

TEST_CASE("Limits of control groups count, those around a group too", "[memory]") {
  const Machine machine;
  SECTION("version 2") {
    const std::string outer = "sys/fs/cgroup/job/", inner = outer + "step/";
    machine.put("proc/self/cgroup", "0::/job/step\n");
    machine.put(inner + "memory.max", "max\n");
    machine.put(inner + "memory.current", "900\n");
    CHECK(machine.free() == 1'024'000.0);
    machine.put(outer + "memory.max", "8000\n");
    machine.put(outer + "memory.current", "5000\n");
    CHECK(machine.free() == 3000.0);
    machine.put(outer + "memory.stat", "anon 4000\ninactive_file 700\n");
    CHECK(machine.free() == 3700.0);
    machine.put(inner + "memory.max", "1000\n");
    CHECK(machine.free() == 100.0);
    machine.put(inner + "memory.current", "1200\n");
    CHECK(machine.free() == 0.0);
  }
  SECTION("version 1") {
    const std::string folder = "sys/fs/cgroup/memory/job/";
    machine.put("proc/self/cgroup", "3:cpu:/else\n4:hugetlb,memory:/job\n0::/\n");
    machine.put(folder + "memory.limit_in_bytes", "6000\n");
    machine.put(folder + "memory.usage_in_bytes", "2000\n");
    machine.put(folder + "memory.stat", "inactive_file 1\ntotal_inactive_file 500\n");
    CHECK(machine.free() == 4500.0);
  }
  SECTION("no limit is a large number") {
    machine.put("proc/self/cgroup", "4:memory:/\n");
    machine.put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    machine.put("sys/fs/cgroup/memory/memory.usage_in_bytes", "2000\n");
    CHECK(machine.free() == 1'024'000.0);
  }
}

TEST_CASE("Where the system does not say, nothing is known", "[memory]") {
  const testing::TemporaryDirectory empty;
  CHECK_FALSE(free_memory_bytes(empty / ""));
}

}  // namespace
}  // namespace laggard
