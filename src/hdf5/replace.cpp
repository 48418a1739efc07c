#include "hdf5/replace.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "hdf5/place.hpp"

namespace laggard::hdf5 {

std::string replace_file(const std::filesystem::path& path, const std::function<void(File&)>& fill,
                         Existing existing) {
  const Draft draft(path);
  const std::filesystem::path& target = draft.target();
  std::error_code failure;
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), failure);
  {
    File file(draft.path(), Access::kCreate, path.string());
    fill(file);
    file.flush();
  }
  std::string kept = existing == Existing::kKeep ? keep_existing(target) : "";
  std::filesystem::rename(draft.path(), target, failure);
  if (failure)
    throw RunError(fmt::format("cannot write '{}'", path.string()), failure.message(),
                   "check the path and its permissions");
  return kept;
}

}  // namespace laggard::hdf5
