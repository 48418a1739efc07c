// Files that are either the old one or the new one, never half of one.
#pragma once

#include <functional>

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

/// Lets `fill` write a new file beside `path` and renames it to `path` once it is closed. Folders
/// on the way are created. When `fill` throws, `path` is as it was. Errors: RunError.
void replace_file(const std::filesystem::path& path, const std::function<void(File&)>& fill);

}  // namespace laggard::hdf5
