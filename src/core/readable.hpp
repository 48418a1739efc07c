// Whether a path names a file that can be read.
#pragma once

#include <filesystem>
#include <string>

namespace laggard {

/// Why `path` cannot be read as an ordinary file: "there is no such file", "it is a directory"; ""
/// if it can. Reading a pipe or a device might never end.
std::string why_unreadable(const std::filesystem::path& path);

}  // namespace laggard
