// Where a file may be written without harming what is there.
#pragma once

#include <filesystem>
#include <string>

namespace laggard::hdf5 {

/// What a path leads to, whether it is there or not: a file that is written takes the place of what
/// a link refers to, not that of the link.
std::filesystem::path behind_links(std::filesystem::path path);

/// Whether another process writes the HDF5 file now, as far as the file system has locks.
bool being_written(const std::filesystem::path& path);

/// The right to write one file: the directory is there, what has the name is in nobody's way, and
/// no other process holds the same place. It is held by a lock on NAME.lock, which the system takes
/// back when the process dies, however it dies; what is left of the file then means nothing. Over
/// NFS the lock holds between nodes if the mount has locks; where there are none, nobody knows.
class Place {
 public:
  /// Errors: ConfigError with `remedy`, also if what is there is neither HDF5 nor empty: a result
  /// never replaces a configuration, a device or what another program is writing.
  explicit Place(std::filesystem::path path,
                 const std::string& remedy = "name another file with --output");
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place();

  const std::filesystem::path& path() const { return path_; }  ///< behind links

 private:
  std::string lock_name() const { return path_.string() + ".lock"; }
  /// Why the lock cannot be had, or "".
  std::string take_lock();
  void release();

  std::filesystem::path path_;
  int lock_ = -1;  ///< file descriptor; -1 if the file system has no locks
};

/// The name under which a file is made, until it is complete enough to get its own. What still has
/// it in the end is removed.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& path)
      : target_(behind_links(path)), path_(target_.string() + ".part") {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& target() const { return target_; }  ///< behind links
  /// Why it cannot be written, or "".
  std::string obstacle() const;

 private:
  std::filesystem::path target_, path_;
};

/// results/x.h5 -> results/x.1.h5, or the first such name that is free.
std::filesystem::path free_name(const std::filesystem::path& path);

/// Gives what is at `path` a free name (`wanted`, if that is one) and returns it; "" if nothing is
/// there. A link stays, and what it leads to is renamed. Nothing that was computed is overwritten
/// unasked. Errors: RunError if it cannot be renamed.
std::string keep_existing(const std::filesystem::path& path, const std::string& wanted = "");

}  // namespace laggard::hdf5
