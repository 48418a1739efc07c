// Files that are either the old one or the new one, never half of one.
#pragma once

#include <functional>
#include <string>

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

enum class Existing {
  kReplace,
  kKeep  ///< under another name
};

/// Lets `fill` write a new file beside `path` and renames it to `path` once it is closed. Folders
/// on the way are created. When `fill` throws, `path` is as it was. Returns the name under which
/// the old file is kept, or "". Errors: RunError.
std::string replace_file(const std::filesystem::path& path, const std::function<void(File&)>& fill,
                         Existing existing = Existing::kReplace);

}  // namespace laggard::hdf5
