// Files that belong together by their names.
#pragma once

#include <string>

namespace laggard {

/// The file of labels beside an IDX file of images, as in MNIST: "labels-idx1" for "images-idx3" in
/// its name; "" if its name has none.
std::string labels_beside(const std::string& images);

}  // namespace laggard
