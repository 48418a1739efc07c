// RepVGG (Ding et al., arXiv 2101.03697): blocks of three branches in training, of one 3x3
// convolution afterwards.

#include <fmt/format.h>
#include <torch/nn/functional.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/utils.h>

#include <algorithm>

#include "core/error.hpp"
#include "model/torch/layers.hpp"
#include "model/torch/network.hpp"

namespace laggard::model {
namespace {

constexpr Index kWidestStem = 64;

/// relu(bn(conv3x3(x)) + bn(conv1x1(x)) + bn(x)), the last only where the sizes agree. A 1x1 kernel
/// is a 3x3 kernel with zeros around it, and x itself the 1x1 kernel of the identity matrix, so the
/// folded branches add up to one convolution (section 3.3 of the paper).
class RepBlockImpl final : public torch::nn::Module, public Foldable {
 public:
  RepBlockImpl(Index in, Index out, Index stride)
      : square_(register_module("square", ConvNorm(ConvSize{in, out, 3, stride}))),
        point_(register_module("point", ConvNorm(ConvSize{in, out, 1, stride}))) {
    if (in == out && stride == 1)
      identity_ = register_module("identity", torch::nn::BatchNorm2d(in));
  }

  torch::Tensor forward(const torch::Tensor& x) {
    torch::Tensor y = square_(x);
    if (!point_.is_empty()) y += point_(x);
    if (!identity_.is_empty()) y += identity_(x);
    return y.relu_();
  }

  void fold() override {
    if (point_.is_empty()) return;
    const torch::NoGradGuard no_gradient;
    square_->fold();
    point_->fold();
    const torch::nn::Conv2d& merged = square_->convolution();
    // The middle of every 3x3 kernel, out x in.
    torch::Tensor middle = merged->weight.select(3, 1).select(2, 1);
    torch::Tensor bias = merged->bias;  // shares its numbers with the convolution
    middle += point_->convolution()->weight.flatten(1);
    bias += point_->convolution()->bias;
    if (!identity_.is_empty()) {
      const Affine affine = affine_of(identity_);
      middle += torch::diag(affine.scale).to(middle.dtype());
      bias += affine.shift.to(middle.dtype());
      unregister_module("identity");
      identity_ = nullptr;
    }
    unregister_module("point");
    point_ = nullptr;
  }

 private:
  ConvNorm square_, point_;
  torch::nn::BatchNorm2d identity_{nullptr};
};
TORCH_MODULE(RepBlock);

class RepVgg final : public Network {
 public:
  RepVgg(const RepVggConfig& config, const NetworkSpec& spec) : Network(spec) {
    Index channels = std::min(kWidestStem, Index{config.widths[0]});
    blocks_->push_back(RepBlock(spec.input.extents[0], channels, config.strides[0]));
    for (std::size_t stage = 0; stage < config.blocks.size(); ++stage)
      for (std::uint32_t block = 0; block < config.blocks[stage]; ++block) {
        blocks_->push_back(
            RepBlock(channels, config.widths[stage], block == 0 ? config.strides[stage + 1] : 1));
        channels = config.widths[stage];
      }
    register_module("blocks", blocks_);
    full_ = register_module("full", torch::nn::Linear(channels, spec.outputs));
  }

 private:
  torch::Tensor classify(const torch::Tensor& normalised) override {
    return full_(blocks_->forward(normalised).mean({2, 3}));
  }

  torch::nn::Sequential blocks_;
  torch::nn::Linear full_{nullptr};
};

}  // namespace

NetworkPtr make_repvgg(const RepVggConfig& config, const NetworkSpec& spec) {
  check_image("repvgg", spec.input);
  check_positive(config.blocks, "/network/blocks");
  check_positive(config.widths, "/network/widths");
  check_positive(config.strides, "/network/strides");
  if (config.blocks.empty() || config.widths.size() != config.blocks.size() ||
      config.strides.size() != config.blocks.size() + 1)
    throw ConfigError(
        fmt::format("/network has {} blocks, {} widths and {} strides", config.blocks.size(),
                    config.widths.size(), config.strides.size()),
        "repvgg has one width for each stage, and one stride more for the stem",
        "make the lists fit together");
  return std::make_shared<RepVgg>(config, spec);
}

}  // namespace laggard::model
