// What HDF5 itself leaves to chance when a process is killed or a disk is full.
#pragma once

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

/// Before a flush: HDF5 writes the superblock, which says where the file ends, last. A kill just
/// before would leave tables that refer to what is beyond the end, which no reader accepts; so the
/// end is raised first, and the space taken. HDF5 then writes the same number, or a lower one.
/// (HDF5 File Format Specification, section II.A, versions 0 and 1.) Returns false if the space is
/// not there.
bool raise_end(Id file);

/// After a failed write: the file stays as the last flush left it. What HDF5 still has in mind, and
/// would write when it closes the file, refers to parts that are missing; it goes to /dev/null.
/// `object` is the file or anything in it.
void seal(Id object);

}  // namespace laggard::hdf5
