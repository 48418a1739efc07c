#include "core/readable.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace laggard {

std::string why_unreadable(const std::filesystem::path& path) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (status.type() == std::filesystem::file_type::not_found) return "there is no such file";
  if (std::filesystem::is_directory(status)) return "it is a directory";
  if (failure) return failure.message();
  if (!std::filesystem::is_regular_file(status)) return "it is not a regular file";
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::generic_category().message(errno);
  ::close(file);
  return "";
}

}  // namespace laggard
