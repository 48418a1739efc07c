// Linear codes in HDF5 files, as `laggard matrices` writes them.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "hdf5/file.hpp"
#include "schemes/stored_code.hpp"

namespace laggard::approximation {

/// A code NAME is the group /NAME with the dataset `encoder` (N x K) and, if there is a decoder,
/// `decoder` (K x |F|) and `received` (|F| numbers of workers, ascending). The datasets may lie at
/// the root, too. Each code is read once.
class CodesInFiles final : public schemes::StoredCodes {
 public:
  std::shared_ptr<const schemes::StoredCode> code(
      const schemes::StoredCodeRequest& request) const override;

 private:
  using Key = std::pair<std::string, std::string>;  // file and code
  mutable std::map<Key, std::shared_ptr<const schemes::StoredCode>> read_;
};

}  // namespace laggard::approximation
