// What HDF5 itself leaves to chance when a process is killed or a disk is full.
#pragma once

#include <cstdint>
#include <string>
#include <system_error>

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

/// Before a flush: HDF5 writes the superblock, which says where the file ends, last. A kill just
/// before would leave tables that refer to what is beyond the end, which no reader accepts; so the
/// end is raised first, and the space taken. HDF5 then writes the same number, or a lower one.
/// (HDF5 File Format Specification, section II.A, versions 0 and 1.) Returns what stands against
/// it.
std::error_code raise_end(Id file);

/// Takes the space of the next `bytes` at the end of the file, so that what is written there until
/// the next flush cannot fail halfway, and a stretch more where there is as much. Returns what
/// stands against it; the file is then as it was.
std::error_code reserve(Id file, std::uint64_t bytes);

/// Before a file is closed: gives back what reserve() took and nobody used.
void release(Id file);

/// After a failed write: the file stays as the last flush left it. What HDF5 still has in mind, and
/// would write when it closes the file, refers to parts that are missing; it goes to /dev/null.
/// `object` is the file or anything in it.
void seal(Id object);

/// After a flush: throws a RunError that says the truth if `path` no longer leads to the open file,
/// because somebody deleted, moved or replaced it or its directory. Nothing that is written from
/// then on would be found where the user looks for it. Messages call the file `name`.
void check_place(Id file, const std::string& path, const std::string& name);

/// What the system said when a call of HDF5 failed, as far as HDF5 still knows.
std::string system_reason();

/// Seals the file of `object` and throws the WriteError.
[[noreturn]] void fail_writing(Id object, const std::string& file, const std::string& what,
                               const std::string& why = system_reason());

/// Throws the DataError about the file `path`.
[[noreturn]] void fail_reading(const std::string& path, const std::string& why,
                               const std::string& remedy = "check the file");

}  // namespace laggard::hdf5
