#include "core/memory.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace laggard {
namespace {

using std::filesystem::path;

/// The number behind a name at the beginning of a line: "MemAvailable:  123 kB".
std::optional<double> entry(const path& file, const std::string& name) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    double value = 0.0;
    if (words >> word && word == name && words >> value) return value;
  }
  return std::nullopt;
}

/// The only number in a file; empty if there is none ("max": no limit).
std::optional<double> number(const path& file) {
  std::ifstream text(file);
  double value = 0.0;
  return text >> value ? std::optional(value) : std::nullopt;
}

/// The files of a version of control groups.
struct ControlFiles {
  const char* mount;
  const char* limit;
  const char* used;
  const char* cache;  ///< in memory.stat: what the kernel gives back when somebody needs it
};
constexpr ControlFiles kVersion1{"sys/fs/cgroup/memory", "memory.limit_in_bytes",
                                 "memory.usage_in_bytes", "total_inactive_file"};
constexpr ControlFiles kVersion2{"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};

/// What the group and those around it leave. A group that is not visible here (the path may be that
/// of the host) says nothing.
std::optional<double> left_by_groups(const path& root, const ControlFiles& files, path group) {
  std::optional<double> least;
  for (;; group = group.parent_path()) {
    const path folder = root / files.mount / group;
    const auto limit = number(folder / files.limit), used = number(folder / files.used);
    if (limit && used) {
      const double cache = entry(folder / "memory.stat", files.cache).value_or(0.0);
      const double left = std::max(0.0, *limit - *used + cache);
      least = std::min(least.value_or(left), left);
    }
    if (group.empty()) return least;
  }
}

}  // namespace

std::optional<double> free_memory_bytes(const path& root) {
  auto least = entry(root / "proc/meminfo", "MemAvailable:");
  if (!least) return std::nullopt;
  *least *= 1024.0;
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "4:memory:/path" or "0::/path"
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const path group = path(line.substr(second + 1)).relative_path();
    const bool all = controllers.empty();
    if (!all && ("," + controllers + ",").find(",memory,") == std::string::npos) continue;
    if (const auto left = left_by_groups(root, all ? kVersion2 : kVersion1, group))
      least = std::min(*least, *left);
  }
  return least;
}

}  // namespace laggard
