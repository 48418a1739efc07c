// The IDX format of MNIST and Fashion-MNIST.
#pragma once

#include "data/finite.hpp"

namespace laggard::data {

/// Images of unsigned bytes, scaled to [0, 1] (value / 255) unless `scale` says otherwise. IDX: a
/// big-endian header 00 00 08 r, then r extents of 32 bits, then the bytes; r = 3 gives {1, height,
/// width}, r = 4 {c, h, w}, r = 2 {d}. Plain or gzip.
class Idx final : public FiniteDataset {
 public:
  struct Config : Selection {
    /// Debian's package dataset-fashion-mnist.
    std::string images = "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz";
    /// "auto": the name of `images` with "labels-idx1" for "images-idx3", so that images and labels
    /// of different datasets are not mixed by leaving one out. "": none.
    std::string labels = "auto";

    Config() { scale.rule = "auto"; }
    void fields(Fields& fields);
  };

  /// Errors: DataError for files that are missing or malformed, ConfigError for the selection.
  explicit Idx(const Config& config, const std::string& where = "/dataset");
};

}  // namespace laggard::data
