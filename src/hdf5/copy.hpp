// Objects of one file in another.
#pragma once

#include <string>

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

/// Takes over an object of another file, with everything in it, under a name of its own; false if
/// it cannot be read.
bool copy_object(const File& from, const std::string& object, File& to, const std::string& name);

}  // namespace laggard::hdf5
