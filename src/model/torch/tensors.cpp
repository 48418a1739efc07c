#include "model/torch/tensors.hpp"

#include <fmt/format.h>
#include <torch/utils.h>

#include <algorithm>

#include "core/error.hpp"

namespace laggard::model {

std::vector<std::int64_t> batch_extents(std::int64_t count, const Shape& input) {
  std::vector<std::int64_t> extents{count};
  extents.insert(extents.end(), input.extents.begin(), input.extents.end());
  return extents;
}

torch::Tensor to_batch(MatrixView inputs, const Shape& input, const torch::Device& device) {
  torch::Tensor batch = torch::empty(batch_extents(inputs.rows(), input), torch::kFloat);
  // A plain loop: for small batches the dispatch of a conversion costs more than the conversion.
  std::transform(inputs.data(), inputs.data() + inputs.size(), batch.data_ptr<float>(),
                 [](double value) { return static_cast<float>(value); });
  return device.is_cpu() ? batch : batch.to(device);
}

torch::Tensor float_tensor(MatrixView rows) {
  auto* data = const_cast<double*>(rows.data());
  return torch::from_blob(data, {rows.rows(), rows.cols()}, torch::kDouble).to(torch::kFloat);
}

torch::Tensor label_tensor(std::span<const std::int32_t> labels) {
  auto* data = const_cast<std::int32_t*>(labels.data());
  const auto count = static_cast<std::int64_t>(labels.size());
  return torch::from_blob(data, {count}, torch::kInt).to(torch::kLong);
}

void store_rows(const torch::Tensor& tensor, MatrixSpan rows) {
  const torch::Tensor plain = tensor.to(torch::kCPU, torch::kDouble).contiguous();
  std::copy_n(plain.data_ptr<double>(), rows.size(), rows.data());
}

void store_outputs(const torch::Tensor& tensor, OutputRule rule, MatrixSpan outputs) {
  if (tensor.dim() == 0 || tensor.size(0) != outputs.rows() || tensor.numel() != outputs.size())
    throw RunError(
        fmt::format("a network returned [{}] for {} inputs", fmt::join(tensor.sizes(), ", "),
                    outputs.rows()),
        fmt::format("it must return {} rows of {} numbers", outputs.rows(), outputs.cols()),
        "its outputs may not depend on the number of inputs");
  if (rule == OutputRule::kAsIs && tensor.is_cpu() && tensor.scalar_type() == torch::kFloat &&
      tensor.is_contiguous()) {
    std::copy_n(tensor.data_ptr<float>(), outputs.size(), outputs.data());
    return;
  }
  const torch::Tensor rows =
      tensor.to(torch::kCPU, torch::kDouble).reshape({outputs.rows(), outputs.cols()});
  store_rows(rule == OutputRule::kSoftmax ? rows.softmax(1) : rows, outputs);
}

}  // namespace laggard::model
