// Element types and property lists shared by the files of this folder.
#pragma once

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

/// Native type of an element; text is variable-length UTF-8.
Handle element_type(Scalar scalar);

/// Size of an element in memory; of text, that of a pointer to it.
std::size_t bytes_of(Scalar scalar);

/// Link creation list that makes the groups on the way.
Handle intermediate_groups();

}  // namespace laggard::hdf5
