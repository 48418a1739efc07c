// Rectifier and maximum pooling.
#pragma once

#include <torch/types.h>

namespace laggard::model {

/// The largest of each 2 x 2 values, if positive, else 0; of B x C x H x W with even H and W, which
/// may be overwritten. libtorch's own kernel visits one value after the other and notes where the
/// largest ones are, which only a gradient needs: it is half of LeNet-5's time. The values are the
/// same, and NaN wherever one is among the four.
inline torch::Tensor rectified_max_pool(torch::Tensor x) {
  if (torch::GradMode::is_enabled()) return torch::max_pool2d(x.relu_(), 2);
  for (const std::int64_t dimension : {2, 3})
    x = torch::maximum(x.slice(dimension, 0, c10::nullopt, 2),
                       x.slice(dimension, 1, c10::nullopt, 2));
  return x.relu_();
}

}  // namespace laggard::model
