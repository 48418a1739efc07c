#include "output/place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>

#include "core/error.hpp"

namespace laggard::output {
namespace {

constexpr std::string_view kSignature{"\x89HDF\r\n\x1a\n", 8};

/// HDF5 locks what it writes. Where the file system has no locks, nobody knows.
bool in_use(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool locked = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(file);
  return locked;
}

/// What is there and must stay; empty if the place is free.
std::string obstacle(const std::filesystem::path& path) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (status.type() == std::filesystem::file_type::not_found) return "";
  if (std::filesystem::is_directory(status)) return "it is a directory";
  if (!std::filesystem::is_regular_file(status))
    return failure ? failure.message() : "it is not a regular file";
  std::array<char, kSignature.size()> head{};
  std::ifstream file(path, std::ios::binary);
  if (!file) return "it cannot be read";
  file.read(head.data(), head.size());
  const std::string_view found(head.data(), static_cast<std::size_t>(file.gcount()));
  if (!found.empty() && found != kSignature) return "there is a file that is not HDF5";
  return in_use(path) ? "another program is writing it" : "";
}

}  // namespace

std::filesystem::path free_name(const std::filesystem::path& path) {
  for (int number = 1;; ++number) {
    std::filesystem::path candidate = path;
    candidate.replace_filename(
        fmt::format("{}.{}{}", path.stem().string(), number, path.extension().string()));
    if (!std::filesystem::exists(candidate)) return candidate;
  }
}

std::string keep_existing(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return "";
  const std::string kept = free_name(path).string();
  std::error_code failure;
  std::filesystem::rename(path, kept, failure);
  if (failure)
    throw ConfigError(fmt::format("cannot keep the old '{}' as '{}'", path.string(), kept),
                      failure.message(), "name another file with --output");
  return kept;
}

const std::filesystem::path& prepare_place(const std::filesystem::path& path) {
  std::error_code failure;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  std::string why = failure ? failure.message() : obstacle(path);
  if (why.empty()) {
    const Draft draft(path);
    const int file = ::open(draft.path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0)
      why = std::generic_category().message(errno);
    else
      ::close(file);
  }
  if (!why.empty())
    throw ConfigError(fmt::format("cannot write '{}'", path.string()), why,
                      "name another file with --output");
  return path;
}

}  // namespace laggard::output
