// ResNet-18 (He et al., arXiv 1512.03385) for small images: the stem is one 3x3 convolution without
// pooling, as in the paper's networks for CIFAR-10.

#include <torch/nn/functional.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>

#include "model/torch/layers.hpp"
#include "model/torch/network.hpp"

namespace laggard::model {
namespace {

constexpr Index kStages = 4;
constexpr Index kSideOfFourStages = 32;

/// relu(conv(relu(conv(x))) + x), where x goes through a 1x1 convolution if the sizes differ.
class BasicBlockImpl final : public torch::nn::Module {
 public:
  BasicBlockImpl(Index in, Index out, Index stride)
      : first_(register_module("first", ConvNorm(ConvSize{in, out, 3, stride}))),
        second_(register_module("second", ConvNorm(ConvSize{out, out}))) {
    if (in != out || stride != 1)
      shortcut_ = register_module("shortcut", ConvNorm(ConvSize{in, out, 1, stride}));
  }

  torch::Tensor forward(const torch::Tensor& x) {
    torch::Tensor y = second_(first_(x).relu_());
    y += shortcut_.is_empty() ? x : shortcut_(x);
    return y.relu_();
  }

 private:
  ConvNorm first_, second_, shortcut_{nullptr};
};
TORCH_MODULE(BasicBlock);

class ResNet18 final : public Network {
 public:
  ResNet18(Index width, Index stages, const NetworkSpec& spec)
      : Network(spec),
        stem_(register_module("stem", ConvNorm(ConvSize{spec.input.extents[0], width}))) {
    Index channels = width;
    for (Index stage = 0; stage < stages; ++stage) {
      const Index next = width << stage;
      blocks_->push_back(BasicBlock(channels, next, stage == 0 ? 1 : 2));
      blocks_->push_back(BasicBlock(next, next, 1));
      channels = next;
    }
    register_module("blocks", blocks_);
    full_ = register_module("full", torch::nn::Linear(channels, spec.outputs));
  }

 private:
  torch::Tensor classify(const torch::Tensor& normalised) override {
    const torch::Tensor x = blocks_->forward(stem_(normalised).relu_());
    return full_(x.mean({2, 3}));
  }

  ConvNorm stem_;
  torch::nn::Sequential blocks_;
  torch::nn::Linear full_{nullptr};
};

}  // namespace

NetworkPtr make_resnet18(const ResNet18Config& config, const NetworkSpec& spec) {
  check_image("resnet18", spec.input);
  const Index side = std::min(spec.input.extents[1], spec.input.extents[2]);
  const Index stages =
      config.stages != 0 ? config.stages : (side < kSideOfFourStages ? kStages - 1 : kStages);
  return std::make_shared<ResNet18>(config.width, stages, spec);
}

}  // namespace laggard::model
