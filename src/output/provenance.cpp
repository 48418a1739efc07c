#include "output/provenance.hpp"

#include <array>
#include <ctime>
#include <string_view>

#include "laggard_version.hpp"

namespace laggard::output {

std::string program_version() {
  return LAGGARD_VERSION;
}
std::string git_commit() {
  return LAGGARD_GIT_COMMIT;
}
std::string this_program() {
  return program_version() + " (commit " + git_commit() + ")";
}
bool git_dirty() {
  return LAGGARD_GIT_DIRTY != 0;
}

void write_head(hdf5::File& file, const config::Json& resolved, const RunContext& context) {
  file.write_attribute("format", kResultFormat.name);
  file.write_attribute("format_version", kResultFormat.newest);
  file.write_attribute("version", program_version());
  file.write_attribute("git_commit", git_commit());
  file.write_attribute("git_dirty", std::uint64_t{git_dirty() ? 1U : 0U});
  file.write_attribute("config", resolved.dump());
  file.write_attribute("seed", resolved.at("seed").get<std::uint64_t>());
  file.write_attribute("created", timestamp());
  file.write_attribute("mpi", context.mpi);
  file.write_attribute("ranks", std::uint64_t{context.ranks});
  file.write_attribute("hosts", context.hosts);
  file.write_attribute("command", context.command);
}

std::string timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace laggard::output
