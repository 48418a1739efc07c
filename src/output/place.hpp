// Where a result may be written without harming what is there.
#pragma once

#include <filesystem>
#include <string>

namespace laggard::output {

/// Makes the directory and makes sure that a file can be written. Errors: ConfigError, also if what
/// is there is in use or neither HDF5 nor empty: a result never replaces a configuration, a device
/// or what another program is writing. Returns the path.
const std::filesystem::path& prepare_place(const std::filesystem::path& path);

/// The name under which a file is made, until it is complete enough to get its own. What still has
/// it in the end is removed.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& path) : path_(path.string() + ".part") {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// results/x.h5 -> results/x.1.h5, or the first such name that is free.
std::filesystem::path free_name(const std::filesystem::path& path);

/// Gives what is at `path` a free name and returns it; "" if nothing is there. Nothing that was
/// computed is overwritten unasked. Errors: ConfigError if it cannot be renamed.
std::string keep_existing(const std::filesystem::path& path);

}  // namespace laggard::output
