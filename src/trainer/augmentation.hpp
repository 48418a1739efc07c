// Random changes of training images that keep their class.
#pragma once

#include <cstdint>
#include <span>

#include "core/fields.hpp"
#include "core/types.hpp"

namespace laggard::trainer {

struct AugmentationSettings {
  std::uint32_t crop = 0;  ///< pixels of black on every side, of which a random window is cut
  bool flip = false;       ///< left and right swapped in half of the images

  void fields(Fields& fields);
  bool any() const { return crop > 0 || flip; }
};

/// Errors: ConfigError unless rows of this shape can be changed so: images larger than the crop.
void check_augmentation(const AugmentationSettings& settings, const Shape& shape);

/// Changes the images in place. What is drawn for an image depends on seed, epoch and its row
/// alone: two words for the window, one for the flip. The shape must have passed the check.
void augment(const AugmentationSettings& settings, std::uint64_t seed, std::uint32_t epoch,
             std::span<const std::uint32_t> rows, const Shape& shape, Matrix& inputs);

}  // namespace laggard::trainer
