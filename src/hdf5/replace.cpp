#include "hdf5/replace.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "hdf5/place.hpp"

namespace laggard::hdf5 {

std::string replace_file(const std::filesystem::path& path, const std::function<void(File&)>& fill,
                         Existing existing) {
  std::error_code failure;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  const Draft draft(path);
  {
    File file(draft.path(), Access::kCreate, path.string());
    fill(file);
    file.flush();
  }
  std::string kept = existing == Existing::kKeep ? keep_existing(path) : "";
  std::filesystem::rename(draft.path(), path, failure);
  if (failure)
    throw RunError(fmt::format("cannot write '{}'", path.string()), failure.message(),
                   "check the path and its permissions");
  return kept;
}

}  // namespace laggard::hdf5
