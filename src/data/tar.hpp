// Unpacking a few known files from a tar archive.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace laggard::data {

/// A regular file of an archive that is wanted.
struct Member {
  std::string path;         ///< exactly as the archive names it
  std::string name;         ///< what to call it when unpacked; no directories
  std::uint64_t bytes = 0;  ///< exact size
  std::string sha256;       ///< of its content; "": not checked
};

/// Unpacks `members` of a tar archive (ustar; plain or gzip) into `directory`, which exists.
/// Nothing else is written, whatever the archive contains: no links, no directories, no other
/// names. Each file is complete and checked before it gets its name. Errors: DataError.
void unpack(const std::filesystem::path& archive, std::span<const Member> members,
            const std::filesystem::path& directory);

}  // namespace laggard::data
