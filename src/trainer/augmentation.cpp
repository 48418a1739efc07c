#include "trainer/augmentation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/random.hpp"
#include "model/weights.hpp"

namespace laggard::trainer {
namespace {

using Plane = Eigen::Map<Matrix>;

/// Moves what is at (y + dy, x + dx) to (y, x); what comes from outside is 0.
void shift(Plane plane, Index dy, Index dx) {
  const Index height = plane.rows(), width = plane.cols();
  const Matrix before = plane;
  const Index rows = height - std::abs(dy), columns = width - std::abs(dx);
  plane.setZero();
  plane.block(std::max<Index>(-dy, 0), std::max<Index>(-dx, 0), rows, columns) =
      before.block(std::max<Index>(dy, 0), std::max<Index>(dx, 0), rows, columns);
}

}  // namespace

void AugmentationSettings::fields(Fields& fields) {
  fields.integer({"crop",
                  "width of the black border around an image, in pixels; a random window of the "
                  "original size is cut out"},
                 crop, 0, 1024);
  fields.boolean({"flip", "swap left and right in half of the images"}, flip);
}

void check_augmentation(const AugmentationSettings& settings, const Shape& shape) {
  const auto& extents = shape.extents;
  if (settings.any() &&
      (extents.size() != 3 || std::min(extents[1], extents[2]) <= Index{settings.crop}))
    throw ConfigError(
        fmt::format("/augmentation cannot be used on inputs of shape {}", model::to_text(shape)),
        "it crops and flips images larger than the crop", "set /augmentation to {}");
}

void augment(const AugmentationSettings& settings, std::uint64_t seed, std::uint32_t epoch,
             std::span<const std::uint32_t> rows, const Shape& shape, Matrix& inputs) {
  if (!settings.any()) return;
  const auto& extents = shape.extents;
  const Index pixels = extents[1] * extents[2];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Stream stream({seed, Purpose::kAugmentation, epoch, rows[i]});
    Index dy = 0, dx = 0;
    if (settings.crop > 0) {
      dy = Index{uniform_index(stream, 2 * settings.crop + 1)} - settings.crop;
      dx = Index{uniform_index(stream, 2 * settings.crop + 1)} - settings.crop;
    }
    const bool flip = settings.flip && uniform01(stream) < 0.5;
    for (Index channel = 0; channel < extents[0]; ++channel) {
      Plane plane(inputs.row(static_cast<Index>(i)).data() + channel * pixels, extents[1],
                  extents[2]);
      if (dy != 0 || dx != 0) shift(plane, dy, dx);
      if (flip) plane.rowwise().reverseInPlace();
    }
  }
}

}  // namespace laggard::trainer
