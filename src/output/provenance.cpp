#include "output/provenance.hpp"

#include <array>
#include <ctime>
#include <string_view>

#include "laggard_version.hpp"

namespace laggard::output {

std::string program_version() { return LAGGARD_VERSION; }
std::string git_commit() { return LAGGARD_GIT_COMMIT; }
bool git_dirty() { return LAGGARD_GIT_DIRTY != 0; }

std::string timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace laggard::output
