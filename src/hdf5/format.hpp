// Which kind of file something is, and in which version.
#pragma once

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

/// A kind of file, told by the root attributes `format` and `format_version`, and the versions of
/// it that this program reads.
struct Format {
  const char* name;
  std::uint64_t oldest, newest;
  const char* problem;  ///< what cannot be done else, before the file's name
  const char* what;     ///< "a weights file"
  const char* source;   ///< what to do with another kind of file
};

/// The version of a file of this format. Errors: DataError that says which version is needed.
std::uint64_t check_format(const File& file, const Format& format);

}  // namespace laggard::hdf5
