// Matrices without structure.
#pragma once

#include "core/random.hpp"
#include "core/types.hpp"

namespace laggard::testing {

/// Independent standard normal numbers.
inline Matrix normal_matrix(Stream& stream, Index rows, Index columns) {
  Matrix matrix(rows, columns);
  fill_standard_normal(stream, {matrix.data(), static_cast<std::size_t>(matrix.size())});
  return matrix;
}

/// The same for the same seed.
inline Matrix normal_matrix(Index rows, Index columns, std::uint64_t seed) {
  Stream stream({seed, Purpose::kData, 0, 0});
  return normal_matrix(stream, rows, columns);
}

}  // namespace laggard::testing
