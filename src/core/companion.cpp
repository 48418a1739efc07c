#include "core/companion.hpp"

#include <string_view>

namespace laggard {

std::string labels_beside(const std::string& images) {
  constexpr std::string_view kImages = "images-idx3", kLabels = "labels-idx1";
  const std::size_t found = images.rfind(kImages);
  if (found == std::string::npos) return "";
  return std::string(images).replace(found, kImages.size(), kLabels);
}

}  // namespace laggard
