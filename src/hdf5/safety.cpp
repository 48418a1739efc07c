#include "hdf5/safety.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace laggard::hdf5 {
namespace {

/// The file descriptor under an open file, or -1.
int descriptor_of(Id file) {
  void* driver = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &driver) < 0) return -1;
  return *static_cast<int*>(driver);
}

off_t size_of(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 ? status.st_size : 0;
}

std::error_code take_space(int descriptor, haddr_t from, haddr_t to) {
  int failure =
      ::posix_fallocate(descriptor, static_cast<off_t>(from), static_cast<off_t>(to - from));
  if (failure == EOPNOTSUPP || failure == EINVAL) {
    const off_t end = static_cast<off_t>(to);
    failure = size_of(descriptor) >= end || ::ftruncate(descriptor, end) == 0 ? 0 : errno;
  }
  return {failure, std::generic_category()};
}

constexpr std::string_view kMessage = "error message = '";

/// HDF5 puts the words of the system into the innermost of its own.
herr_t find_message(unsigned, const H5E_error2_t* error, void* found) {
  const std::string_view text = error->desc == nullptr ? "" : error->desc;
  if (const auto at = text.find(kMessage); at != std::string_view::npos) {
    const std::string_view rest = text.substr(at + kMessage.size());
    *static_cast<std::string*>(found) = rest.substr(0, rest.find('\''));
  }
  return 0;
}

}  // namespace

std::error_code raise_end(Id file) {
  const int descriptor = descriptor_of(file);
  haddr_t end = 0;
  if (descriptor < 0 || H5Fget_eoa(file, &end) < 0) return {};
  std::array<std::uint8_t, 52> head{};
  if (::pread(descriptor, head.data(), head.size(), 0) != static_cast<ssize_t>(head.size()))
    return {};  // a new file, which is not flushed yet
  const std::uint8_t version = head[8], offset_size = head[13];
  if (version > 1 || offset_size != sizeof end) return {};
  const std::size_t at = version == 0 ? 40 : 44;
  haddr_t stored = 0;
  for (std::size_t i = sizeof stored; i-- > 0;) stored = stored << 8U | head[at + i];
  if (stored >= end) return {};
  if (const auto failure = take_space(descriptor, stored, end)) return failure;
  std::array<std::uint8_t, sizeof end> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(end >> 8 * i);
  if (::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at)) !=
      static_cast<ssize_t>(bytes.size()))
    return {errno, std::generic_category()};
  return {};
}

std::error_code reserve(Id file, std::uint64_t bytes) {
  constexpr haddr_t kStretch = 1U << 20U;  // so that not every call asks the system for more
  const int descriptor = descriptor_of(file);
  haddr_t end = 0;
  if (descriptor < 0 || H5Fget_eoa(file, &end) < 0) return {};
  if (size_of(descriptor) >= static_cast<off_t>(end + bytes)) return {};
  if (!take_space(descriptor, end, end + bytes + kStretch)) return {};
  return take_space(descriptor, end, end + bytes);
}

void release(Id file) {
  const int descriptor = descriptor_of(file);
  haddr_t end = 0;
  unsigned intent = H5F_ACC_RDONLY;
  if (descriptor < 0 || H5Fget_eoa(file, &end) < 0) return;
  if (H5Fget_intent(file, &intent) < 0 || intent == H5F_ACC_RDONLY) return;
  if (size_of(descriptor) > static_cast<off_t>(end))
    static_cast<void>(!::ftruncate(descriptor, static_cast<off_t>(end)));
}

void seal(Id object) {
  const Handle file(H5Iget_file_id(object));
  unsigned intent = 0;
  if (!file || H5Fget_intent(file.get(), &intent) < 0 || intent == H5F_ACC_RDONLY) return;
  const int descriptor = descriptor_of(file.get());
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (descriptor >= 0 && nothing >= 0) ::dup2(nothing, descriptor);
  if (nothing >= 0) ::close(nothing);
}

void check_place(Id file, const std::string& path, const std::string& name) {
  const int descriptor = descriptor_of(file);
  struct stat open {
  }, named{};
  if (descriptor < 0 || ::fstat(descriptor, &open) != 0) return;
  if (!S_ISREG(open.st_mode)) return;  // sealed
  const bool there = ::stat(path.c_str(), &named) == 0;
  if (there && named.st_ino == open.st_ino && named.st_dev == open.st_dev) return;
  if (!there && errno != ENOENT && errno != ENOTDIR && errno != ESTALE) return;  // nobody knows
  if (open.st_nlink == 0)
    throw RunError(fmt::format("'{}' is gone with all that was in it", name),
                   "it or its directory was deleted during the run",
                   "start the run again without --resume: nothing was finished");
  throw RunError(fmt::format("'{}' is no longer the file of this run", name),
                 there ? "another file has taken its place during the run"
                       : "it or its directory was moved or deleted during the run",
                 "if you moved it, move it back and add --resume to continue");
}

std::string system_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_message, &reason);
  return reason.empty() ? "HDF5 reported an error" : reason;
}

void fail_writing(Id object, const std::string& file, const std::string& what,
                  const std::string& why) {
  seal(object);
  throw WriteError(fmt::format("cannot write {} to '{}'", what, file), why,
                   "check free space and permissions");
}

void fail_reading(const std::string& path, const std::string& why, const std::string& remedy) {
  throw DataError(fmt::format("cannot read '{}'", path), why, remedy);
}

}  // namespace laggard::hdf5
