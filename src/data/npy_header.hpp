// The header of a .npy file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/input_file.hpp"

namespace laggard::data {

struct NpyHeader {
  char type = 'f';             ///< 'f', 'i' or 'u'
  std::uint64_t size = 8;      ///< bytes per element: 4 or 8 for 'f', else 1, 2, 4 or 8
  bool fortran_order = false;  ///< the first index changes fastest
  std::vector<std::uint64_t> extents;
};

/// Reads the header and leaves `file` at the first value. Accepts what the readers of this folder
/// can use: little-endian numbers. Errors: DataError.
NpyHeader read_npy_header(InputFile& file);

}  // namespace laggard::data
