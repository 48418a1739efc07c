// The readers of foreign files, each as a function of bytes that anybody may have written.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace laggard::testing {

struct Reader {
  std::string_view name;
  /// Reads the bytes as a file; false if the reader refuses them by a laggard::Error. Everything
  /// else that it throws goes on to the caller.
  bool (*read)(std::string_view bytes);
  bool hdf5 = false;  ///< whether the files are HDF5
};

const std::vector<Reader>& readers();

}  // namespace laggard::testing
