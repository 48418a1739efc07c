// Between the program's rows of doubles and libtorch's tensors.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

#include "core/types.hpp"
#include "model/torch_plugin.hpp"

namespace laggard::model {

/// The extents of a batch of `count` inputs; -1: as many as there are.
std::vector<std::int64_t> batch_extents(std::int64_t count, const Shape& input);

/// B rows of doubles as a batch of `input` in single precision, on a device.
torch::Tensor to_batch(MatrixView inputs, const Shape& input, const torch::Device& device);

/// B x d doubles in single precision.
torch::Tensor float_tensor(MatrixView rows);
torch::Tensor label_tensor(std::span<const std::int32_t> labels);

/// As many numbers as `rows` has, in the same order.
void store_rows(const torch::Tensor& tensor, MatrixSpan rows);

/// B x ... -> the rows of `outputs` (B x m). Errors: RunError if the tensor has another size.
void store_outputs(const torch::Tensor& tensor, OutputRule rule, MatrixSpan outputs);

}  // namespace laggard::model
