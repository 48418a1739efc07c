// A user's own linear code, as the schemes see it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace laggard::schemes {

/// The matrices of a code in a file.
struct StoredCode {
  Matrix encoder;                  ///< a row per worker, K columns
  Matrix decoder;                  ///< K x |F| for the workers in `received`; empty: there is none
  std::vector<WorkerId> received;  ///< ascending
  std::string source;              ///< "FILE:/NAME", for messages
};

struct StoredCodeRequest {
  std::string file;
  std::string code;   ///< its group in the file; empty: the only one
  std::string where;  ///< JSON pointer of the scheme
};

/// Where schemes get stored codes from: the layer above knows files.
class StoredCodes {
 public:
  virtual ~StoredCodes() = default;

  /// Errors: DataError naming `where` if the code is not there, or damaged; ConfigError if the
  /// request names no file, or none of several codes.
  virtual std::shared_ptr<const StoredCode> code(const StoredCodeRequest& request) const = 0;
};

}  // namespace laggard::schemes
