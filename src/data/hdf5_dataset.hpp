// Inputs from an HDF5 file.
#pragma once

#include "data/finite.hpp"

namespace laggard::data {

/// A numeric dataset of any rank: its first extent counts the inputs, the others are their shape
/// (one extent only: {1}). Packed values (scale_factor, add_offset) are unpacked, and `scale` is
/// applied to what comes out; values must be finite and none may be missing (_FillValue). Labels
/// are integers.
class Hdf5Dataset final : public FiniteDataset {
 public:
  struct Config : Selection {
    std::string file;
    std::string inputs = "inputs";  ///< path of the dataset in the file
    std::string labels;             ///< "": none

    void fields(Fields& fields);
  };

  /// Errors: DataError for a file that is missing or malformed, ConfigError for the selection.
  explicit Hdf5Dataset(const Config& config, const std::string& where = "/dataset");
};

}  // namespace laggard::data
