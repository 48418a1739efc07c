#include "commands/mpi_noise.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace laggard::commands {
namespace {

constexpr std::size_t kLongestMessage = 20;  // lines; what is longer is none of those below

/// How the messages begin that ranks write about a rank that dies while all start.
constexpr std::array<std::string_view, 2> kOfDeaths{
    "A system call failed during shared memory initialization that should",
    "WARNING: Open MPI failed to TCP connect to a peer MPI process."};

bool is_frame(std::string_view line) {
  constexpr std::size_t kDashes = 60;
  while (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  return line.size() >= kDashes && line.find_first_not_of('-') == std::string_view::npos;
}

bool is_of_a_death(std::string_view message) {
  const std::string_view words = message.substr(message.find('\n') + 1);
  return std::any_of(kOfDeaths.begin(), kOfDeaths.end(),
                     [&](std::string_view begin) { return words.starts_with(begin); });
}

}  // namespace

bool is_noise(std::string_view line) {
  // The words after "[node:pid] " of the lines that Open MPI 4 repeats when a rank has died.
  if (!line.starts_with('[')) return false;
  const std::size_t end = line.find("] ");
  if (end == std::string_view::npos || line.substr(0, end).find(':') == std::string_view::npos)
    return false;
  const std::string_view words = line.substr(end + 2);
  if (!words.starts_with("PMIX ERROR: ")) return false;
  const auto names = [&](const char* file) { return words.find(file) != std::string_view::npos; };
  return names("pmix_event_notification.c") ||              // nobody is there to be told
         names("ptl_base_connection_hdlr.c") ||             // a rank died while it connected
         (names("pmix_server.c") && names("UNREACHABLE"));  // or just before it was answered
}

std::string MpiNoise::without(std::string_view line) {
  if (message_.empty()) {
    if (!is_frame(line)) return is_noise(line) ? "" : std::string(line);
    message_ = line;
    lines_ = 1;
    return "";
  }
  message_ += line;
  if (++lines_ > kLongestMessage) return rest();
  if (!is_frame(line)) return "";
  const std::string message = rest();
  return is_of_a_death(message) ? "" : message;
}

std::string MpiNoise::rest() {
  return std::exchange(message_, {});
}

}  // namespace laggard::commands
