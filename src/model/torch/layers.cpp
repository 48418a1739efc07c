#include "model/torch/layers.hpp"

#include <fmt/format.h>
#include <torch/nn/init.h>
#include <torch/utils.h>

#include "core/error.hpp"
#include "model/weights.hpp"

namespace laggard::model {
namespace {

torch::nn::Conv2dOptions options_of(const ConvSize& size, bool bias) {
  return torch::nn::Conv2dOptions(size.in, size.out, size.kernel)
      .stride(size.stride)
      .padding(size.kernel / 2)
      .bias(bias);
}

}  // namespace

ConvNormImpl::ConvNormImpl(const ConvSize& size, bool normalise)
    : size_(size), conv_(options_of(size, !normalise)) {
  register_module("conv", conv_);
  torch::nn::init::kaiming_normal_(conv_->weight, 0, torch::kFanOut, torch::kReLU);
  if (normalise) norm_ = register_module("norm", torch::nn::BatchNorm2d(size.out));
}

torch::Tensor ConvNormImpl::forward(const torch::Tensor& x) {
  return norm_.is_empty() ? conv_(x) : norm_(conv_(x));
}

void ConvNormImpl::fold() {
  if (norm_.is_empty()) return;
  const torch::NoGradGuard no_gradient;
  const Affine affine = affine_of(norm_);
  torch::nn::Conv2d folded(options_of(size_, true));
  folded->to(conv_->weight.device());
  folded->weight.copy_(conv_->weight.to(torch::kDouble) * affine.scale.view({-1, 1, 1, 1}));
  folded->bias.copy_(affine.shift);
  conv_ = replace_module("conv", folded);
  unregister_module("norm");
  norm_ = nullptr;
}

Affine affine_of(const torch::nn::BatchNorm2d& norm) {
  const torch::Tensor deviation =
      (norm->running_var.to(torch::kDouble) + norm->options.eps()).sqrt();
  const torch::Tensor scale = norm->weight.to(torch::kDouble) / deviation;
  return {scale, norm->bias.to(torch::kDouble) - norm->running_mean.to(torch::kDouble) * scale};
}

void check_image(const char* network, const Shape& input, Index side) {
  const auto& extents = input.extents;
  if (extents.size() == 3 && extents[1] >= side && extents[2] >= side) return;
  throw DataError(fmt::format("{} cannot take inputs of shape {}", network, to_text(input)),
                  side > 1 ? fmt::format("it is made for images of at least {}x{}", side, side)
                           : std::string("it is made for images: channels x height x width"),
                  "choose another dataset or network");
}

}  // namespace laggard::model
