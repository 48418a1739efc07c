#include "hdf5/replace.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace laggard::hdf5 {
namespace {

/// Removes the temporary file unless it was renamed.
class Temporary {
 public:
  explicit Temporary(std::filesystem::path path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

void replace_file(const std::filesystem::path& path, const std::function<void(File&)>& fill) {
  std::error_code failure;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  const Temporary temporary(path.string() + ".tmp");
  {
    File file(temporary.path(), Access::kCreate);
    fill(file);
    file.flush();
  }
  std::filesystem::rename(temporary.path(), path, failure);
  if (failure)
    throw RunError(fmt::format("cannot write '{}'", path.string()), failure.message(),
                   "check the path and its permissions");
}

}  // namespace laggard::hdf5
