// Where a result may be written without harming what is there.
#pragma once

#include <filesystem>

namespace laggard::output {

/// Makes the directory and makes sure that a file can be written. Errors: ConfigError, also if what
/// is there is neither HDF5 nor empty: a result never replaces a configuration or a device. Returns
/// the path.
const std::filesystem::path& prepare_place(const std::filesystem::path& path);

/// Under this name a file is made; it gets its own when it is complete enough to be read.
std::filesystem::path name_while_made(const std::filesystem::path& path);

/// results/x.h5 -> results/x.1.h5, or the first such name that is free.
std::filesystem::path free_name(const std::filesystem::path& path);

}  // namespace laggard::output
