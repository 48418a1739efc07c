#include "hdf5/place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace laggard::hdf5 {
namespace {

constexpr std::string_view kSignature{"\x89HDF\r\n\x1a\n", 8};

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
  return being_written(path) ? "another program is writing it" : "";
}

/// Why a file could not be opened for writing. Where it is not there, its directory is to blame.
std::string blame(const std::filesystem::path& path, int error) {
  std::error_code failure;
  const bool forbidden = error == EACCES || error == EPERM || error == EROFS;
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
  const bool directory = forbidden && !std::filesystem::exists(path, failure);
  return fmt::format("{}'{}': {}", directory ? "the directory " : "",
                     (directory ? parent : path).string(), std::generic_category().message(error));
}

}  // namespace

bool being_written(const std::filesystem::path& path) {
  // It may be a pipe that nobody writes to.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return false;
  const bool locked = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;  // by HDF5
  ::close(file);
  return locked;
}

std::string Draft::obstacle() const {
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) return blame(path_, errno);
  ::close(file);
  return "";
}

std::filesystem::path behind_links(std::filesystem::path path) {
  constexpr int kMostLinks = 40;  // as the kernel; more are a loop
  std::error_code failure;
  for (int i = 0; i < kMostLinks && std::filesystem::is_symlink(path, failure); ++i)
    path = path.parent_path() / std::filesystem::read_symlink(path, failure);
  return path;
}

std::filesystem::path free_name(const std::filesystem::path& path) {
  std::error_code failure;
  for (int number = 1;; ++number) {
    std::filesystem::path candidate = path;
    candidate.replace_filename(
        fmt::format("{}.{}{}", path.stem().string(), number, path.extension().string()));
    if (!std::filesystem::exists(candidate, failure)) return candidate;
  }
}

std::string keep_existing(const std::filesystem::path& name, const std::string& wanted) {
  const std::filesystem::path path = behind_links(name);
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) return "";
  const bool free = !wanted.empty() && !std::filesystem::exists(wanted, failure);
  std::string kept = free ? wanted : free_name(path).string();
  std::filesystem::rename(path, kept, failure);
  if (failure)
    throw RunError(fmt::format("cannot keep the old '{}' as '{}'", path.string(), kept),
                   failure.message(), "check the directory and its permissions");
  return kept;
}

Place::Place(std::filesystem::path path, const std::string& remedy)
    : path_(behind_links(std::move(path))) {
  std::error_code failure;
  if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), failure);
  std::string why = failure ? failure.message() : obstacle(path_);
  if (why.empty()) why = take_lock();
  if (why.empty()) why = Draft(path_).obstacle();
  if (why.empty()) return;
  release();
  throw ConfigError(fmt::format("cannot write '{}'", path_.string()), why, remedy);
}

Place::~Place() {
  release();
}

void Place::release() {
  if (lock_ < 0) return;
  // While the lock is held: who takes it next must see that the name is gone.
  ::unlink(lock_name().c_str());
  ::close(std::exchange(lock_, -1));
}

std::string Place::take_lock() {
  const std::string name = lock_name();
  while (true) {
    const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) return blame(name, errno);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      const bool taken = errno == EWOULDBLOCK;
      ::close(file);
      if (taken) return "another program is writing it";
      ::unlink(name.c_str());
      return "";
    }
    // Whoever held it before may have removed the name since it was opened here.
    struct stat held {
    }, named{};
    if (::fstat(file, &held) == 0 && ::stat(name.c_str(), &named) == 0 &&
        held.st_ino == named.st_ino && held.st_dev == named.st_dev) {
      lock_ = file;
      return "";
    }
    ::close(file);
  }
}

}  // namespace laggard::hdf5
