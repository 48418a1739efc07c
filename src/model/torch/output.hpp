// From a network's output tensor to the rows that a model returns.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/types.hpp"
#include "model/torch_plugin.hpp"

namespace laggard::model {

/// B x ... -> the rows of `outputs` (B x m). Errors: RunError if the tensor has another size.
void store_outputs(const at::Tensor& tensor, OutputRule rule, MatrixSpan outputs);

}  // namespace laggard::model
