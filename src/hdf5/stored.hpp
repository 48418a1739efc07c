// Whether the values that a dataset promises are there, before room for them is made.
#pragma once

#include <string>

#include "hdf5/file.hpp"

namespace laggard::hdf5 {

/// More values (bytes) per stored byte than any compression reaches (deflate: 1032) are not there:
/// memory for them would be wasted, and may not exist.
inline bool is_promise(std::uint64_t bytes, std::uint64_t stored_bytes) {
  return bytes / 1032 > stored_bytes;
}

/// Bytes that the file keeps for a dataset; never more than the file has.
std::uint64_t stored_bytes(const Handle& dataset);

/// Bytes of the whole file of an object.
std::uint64_t file_bytes(const Handle& object);

/// Why values cannot be had from their own file, and what to do; false if they can.
struct Absence {
  std::string why, remedy;

  explicit operator bool() const { return !why.empty(); }
};

/// HDF5 reads zeros, or other files, where values are missing. False if all that `dataset`
/// promises is in the file.
Absence absence(const Handle& dataset, const DatasetInfo& promised);

/// Why reading a dataset failed: this library lacks a filter that packed it, or it is damaged.
Absence failure_of(const Handle& dataset);

}  // namespace laggard::hdf5
