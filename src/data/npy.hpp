// Inputs from NumPy files.
#pragma once

#include "data/finite.hpp"

namespace laggard::data {

/// Arrays as numpy.save writes them (.npy versions 1, 2 and 3, plain or gzip): little-endian f4,
/// f8, i1..i8 or u1..u8 in C or Fortran order. The first extent counts the inputs, the others are
/// their shape (one extent only: {1}). Values are used as they are unless `scale` says otherwise,
/// and must be finite. Labels are integers.
class Npy final : public FiniteDataset {
 public:
  struct Config : Selection {
    std::string inputs;
    std::string labels;  ///< "": none

    void fields(Fields& fields);
  };

  /// Errors: DataError for files that are missing or malformed, ConfigError for the selection.
  explicit Npy(const Config& config, const std::string& where = "/dataset");
};

}  // namespace laggard::data
