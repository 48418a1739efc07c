#include "hdf5/safety.hpp"

#include <fcntl.h>
#include <hdf5.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace laggard::hdf5 {
namespace {

/// The file descriptor under an open file, or -1.
int descriptor_of(Id file) {
  void* driver = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &driver) < 0) return -1;
  return *static_cast<int*>(driver);
}

bool take_space(int descriptor, haddr_t from, haddr_t to) {
  const int failure =
      ::posix_fallocate(descriptor, static_cast<off_t>(from), static_cast<off_t>(to - from));
  if (failure != EOPNOTSUPP && failure != EINVAL) return failure == 0;
  const off_t size = ::lseek(descriptor, 0, SEEK_END);  // HDF5 does not use the position
  return size >= static_cast<off_t>(to) || ::ftruncate(descriptor, static_cast<off_t>(to)) == 0;
}

}  // namespace

bool raise_end(Id file) {
  const int descriptor = descriptor_of(file);
  haddr_t end = 0;
  if (descriptor < 0 || H5Fget_eoa(file, &end) < 0) return true;
  std::array<std::uint8_t, 52> head{};
  if (::pread(descriptor, head.data(), head.size(), 0) != static_cast<ssize_t>(head.size()))
    return true;  // a new file, which is not flushed yet
  const std::uint8_t version = head[8], offset_size = head[13];
  if (version > 1 || offset_size != sizeof end) return true;
  const std::size_t at = version == 0 ? 40 : 44;
  haddr_t stored = 0;
  for (std::size_t i = sizeof stored; i-- > 0;) stored = stored << 8U | head[at + i];
  if (stored >= end) return true;
  if (!take_space(descriptor, stored, end)) return false;
  std::array<std::uint8_t, sizeof end> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(end >> 8 * i);
  return ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at)) ==
         static_cast<ssize_t>(bytes.size());
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

}  // namespace laggard::hdf5
