#include "data/transfer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

extern "C" char** environ;  // NOLINT: POSIX declares it nowhere

namespace laggard::data {
namespace {

constexpr std::string_view kFileScheme = "file://";
constexpr std::size_t kLongestMessage = 2000;
constexpr int kNotFound = 127;

std::string copy_local(const std::filesystem::path& source, const std::filesystem::path& target) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(source, failure)) return "there is no such file";
  std::filesystem::copy_file(source, target, std::filesystem::copy_options::overwrite_existing,
                             failure);
  if (failure) return failure.message();
  // The source may be read-only; the copy must be replaceable.
  std::filesystem::permissions(target, std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add, failure);
  return "";
}

/// What a program wrote to its standard error, on one line.
std::string read_message(int descriptor) {
  std::string message;
  std::array<char, 512> buffer;
  while (true) {
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (message.size() < kLongestMessage)
      message.append(buffer.data(), static_cast<std::size_t>(got));
  }
  while (!message.empty() && message.back() == '\n') message.pop_back();
  std::replace(message.begin(), message.end(), '\n', ' ');
  return message;
}

std::string run(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::strerror(errno);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failure = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  const std::string message = failure == 0 ? read_message(ends[0]) : "";
  close(ends[0]);
  if (failure == ENOENT) return "the program curl is not installed";
  if (failure != 0) return std::strerror(failure);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFSIGNALED(status)) return "curl was stopped by a signal";
  if (WEXITSTATUS(status) == 0) return "";
  if (WEXITSTATUS(status) == kNotFound) return "the program curl is not installed";
  return message.empty() ? fmt::format("curl failed with code {}", WEXITSTATUS(status)) : message;
}

}  // namespace

bool is_supported_url(const std::string& url) {
  return url.starts_with("http://") || url.starts_with("https://") || url.starts_with("file:///");
}

std::string transfer(const std::string& url, const std::filesystem::path& target) {
  if (!is_supported_url(url))
    return "the address does not start with http://, https:// or file:///";
  if (url.starts_with(kFileScheme)) return copy_local(url.substr(kFileScheme.size()), target);
  // A mirror that hangs or redirects to another protocol is given up; 4 GiB is beyond any dataset.
  return run({"curl",
              "--fail",
              "--silent",
              "--show-error",
              "--location",
              "--proto",
              "=http,https",
              "--proto-redir",
              "=http,https",
              "--globoff",
              "--max-redirs",
              "10",
              "--connect-timeout",
              "30",
              "--speed-limit",
              "1000",
              "--speed-time",
              "60",
              "--max-filesize",
              "4294967296",
              "--output",
              target.string(),
              "--url",
              url});
}

}  // namespace laggard::data
