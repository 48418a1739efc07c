// CIFAR-10, binary version.
#pragma once

#include "data/finite.hpp"

namespace laggard::data {

/// Images {3, 32, 32}, scaled to [0, 1] (value / 255) unless `scale` says otherwise, with labels
/// 0..9. A file is a sequence of records of 3073 bytes: the label, then 32 x 32 pixels of red, of
/// green and of blue. The files are read one after the other; each is plain or gzip.
class Cifar10 final : public FiniteDataset {
 public:
  struct Config : Selection {
    std::vector<std::string> files{"datasets/cifar10/test_batch.bin"};

    Config() { scale.rule = "auto"; }
    void fields(Fields& fields);
  };

  /// Errors: DataError for files that are missing or malformed, ConfigError for the selection.
  explicit Cifar10(const Config& config, const std::string& where = "/dataset");
};

}  // namespace laggard::data
