// Mutations of HDF5 files that leave them well-formed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace laggard::testing {

/// Changes an HDF5 file of `size` bytes in place as another writer might have written it: other
/// values, texts, types, shapes, columns, layouts, links. Bytes that are flipped at random damage
/// nearly always what belongs to the HDF5 library, and it ends before a reader has seen a value.
/// Returns the new size, at most `max_size`; 0 if it is not well-formed or grew too large.
std::size_t mutate_hdf5(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed);

}  // namespace laggard::testing
