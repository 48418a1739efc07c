// Vision transformer (Dosovitskiy et al., arXiv 2010.11929): patches to tokens, a class token in
// front, learned positions, pre-norm encoder blocks; the class token's last state is classified.

#include <fmt/format.h>
#include <torch/nn/functional.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include <cmath>

#include "core/error.hpp"
#include "model/torch/layers.hpp"
#include "model/torch/network.hpp"

namespace laggard::model {
namespace {

constexpr double kInitialDeviation = 0.02;

torch::nn::LayerNorm layer_norm(Index width) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(1e-6));
}

torch::nn::Linear linear(Index in, Index out) {
  torch::nn::Linear layer(in, out);
  torch::nn::init::normal_(layer->weight, 0, kInitialDeviation);
  torch::nn::init::zeros_(layer->bias);
  return layer;
}

/// x + attention(norm(x)), then x + perceptron(norm(x)).
class EncoderBlockImpl final : public torch::nn::Module {
 public:
  explicit EncoderBlockImpl(const VitConfig& config)
      : heads_(config.heads),
        head_width_(config.width / config.heads),
        dropout_(config.dropout),
        norm1_(register_module("norm1", layer_norm(config.width))),
        norm2_(register_module("norm2", layer_norm(config.width))),
        query_key_value_(register_module("qkv", linear(config.width, 3 * Index{config.width}))),
        project_(register_module("project", linear(config.width, config.width))),
        expand_(register_module("expand", linear(config.width, config.mlp))),
        contract_(register_module("contract", linear(config.mlp, config.width))) {}

  torch::Tensor forward(const torch::Tensor& tokens) {
    const torch::Tensor x = tokens + drop(attend(norm1_(tokens)));
    return x + drop(contract_(drop(torch::gelu(expand_(norm2_(x))))));
  }

 private:
  torch::Tensor drop(const torch::Tensor& x) const {
    return torch::dropout(x, dropout_, is_training());
  }

  /// Scaled dot products of every head; B x tokens x width -> the same. The batch is the extent
  /// left open, so that an export does not fix it.
  torch::Tensor attend(const torch::Tensor& x) {
    const Index tokens = x.size(1);
    const torch::Tensor parts =
        query_key_value_(x).reshape({-1, tokens, 3, heads_, head_width_}).permute({2, 0, 3, 1, 4});
    const torch::Tensor query = parts.select(0, 0), key = parts.select(0, 1);
    const double scale = 1.0 / std::sqrt(static_cast<double>(head_width_));
    const torch::Tensor weights = torch::matmul(query * scale, key.transpose(-2, -1)).softmax(-1);
    const torch::Tensor mixed = torch::matmul(weights, parts.select(0, 2));
    return project_(mixed.transpose(1, 2).reshape({-1, tokens, heads_ * head_width_}));
  }

  Index heads_, head_width_;
  double dropout_;
  torch::nn::LayerNorm norm1_, norm2_;
  torch::nn::Linear query_key_value_, project_, expand_, contract_;
};
TORCH_MODULE(EncoderBlock);

class Vit final : public Network {
 public:
  Vit(const VitConfig& config, const NetworkSpec& spec) : Network(spec), dropout_(config.dropout) {
    const auto& extents = spec.input.extents;
    const Index patch = config.patch, width = config.width;
    const Index tokens = (extents[1] / patch) * (extents[2] / patch) + 1;
    embed_ = register_module(
        "embed",
        torch::nn::Conv2d(torch::nn::Conv2dOptions(extents[0], width, patch).stride(patch)));
    class_token_ = register_parameter("class_token", torch::zeros({1, 1, width}));
    positions_ = register_parameter("positions", torch::zeros({1, tokens, width}));
    torch::nn::init::normal_(class_token_, 0, kInitialDeviation);
    torch::nn::init::normal_(positions_, 0, kInitialDeviation);
    for (std::uint32_t block = 0; block < config.depth; ++block)
      blocks_->push_back(EncoderBlock(config));
    register_module("blocks", blocks_);
    norm_ = register_module("norm", layer_norm(width));
    full_ = register_module("full", linear(width, spec.outputs));
  }

 private:
  torch::Tensor classify(const torch::Tensor& normalised) override {
    const torch::Tensor patches = embed_(normalised).flatten(2).transpose(1, 2);
    // A copy of the class token per row without naming the size of the batch.
    const torch::Tensor first = class_token_ + torch::zeros_like(patches.narrow(1, 0, 1));
    const torch::Tensor tokens = torch::cat({first, patches}, 1) + positions_;
    const torch::Tensor x = blocks_->forward(torch::dropout(tokens, dropout_, is_training()));
    return full_(norm_(x.select(1, 0)));
  }

  double dropout_;
  torch::nn::Conv2d embed_{nullptr};
  torch::Tensor class_token_, positions_;
  torch::nn::Sequential blocks_;
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear full_{nullptr};
};

}  // namespace

NetworkPtr make_vit(const VitConfig& config, const NetworkSpec& spec) {
  check_image("vit", spec.input);
  const auto& extents = spec.input.extents;
  if (extents[1] % config.patch != 0 || extents[2] % config.patch != 0)
    throw ConfigError(fmt::format("/network/patch is {}", config.patch),
                      fmt::format("it does not divide images of {}x{}", extents[1], extents[2]),
                      "choose a divisor, as 4 or 7");
  if (config.width % config.heads != 0)
    throw ConfigError(fmt::format("/network/heads is {}", config.heads),
                      fmt::format("it does not divide the width, {}", config.width),
                      "choose a divisor of /network/width");
  return std::make_shared<Vit>(config, spec);
}

}  // namespace laggard::model
