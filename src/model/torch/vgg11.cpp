// VGG-11 (Simonyan and Zisserman, arXiv 1409.1556, configuration A), with batch normalisation as in
// today's libraries. Pooling rounds up, so that images of 28x28 pass its five halvings.

#include <torch/nn/functional.h>
#include <torch/nn/modules/linear.h>

#include "model/torch/layers.hpp"
#include "model/torch/network.hpp"

namespace laggard::model {
namespace {

/// Channels as multiples of the width; 0 pools.
constexpr int kLayers[] = {1, 0, 2, 0, 4, 4, 0, 8, 8, 0, 8, 8, 0};

class Vgg11 final : public Network {
 public:
  Vgg11(const Vgg11Config& config, const NetworkSpec& spec)
      : Network(spec), dropout_(config.dropout) {
    Index channels = spec.input.extents[0];
    Index height = spec.input.extents[1], width = spec.input.extents[2];
    int number = 0;
    for (const int multiple : kLayers) {
      if (multiple == 0) {
        convolutions_.emplace_back(nullptr);
        height = (height + 1) / 2;
        width = (width + 1) / 2;
        continue;
      }
      const Index next = Index{config.width} * multiple;
      convolutions_.push_back(
          register_module("conv" + std::to_string(++number),
                          ConvNorm(ConvSize{channels, next}, config.batch_norm)));
      channels = next;
    }
    full1_ = register_module("full1", torch::nn::Linear(channels * height * width, config.hidden));
    full2_ = register_module("full2", torch::nn::Linear(config.hidden, config.hidden));
    full3_ = register_module("full3", torch::nn::Linear(config.hidden, spec.outputs));
  }

 private:
  torch::Tensor classify(const torch::Tensor& normalised) override {
    torch::Tensor x = normalised;
    for (ConvNorm& convolution : convolutions_)
      x = convolution.is_empty()
              ? torch::max_pool2d(x, 2, /*stride=*/{}, /*padding=*/0, /*dilation=*/1,
                                  /*ceil_mode=*/true)
              : convolution(x).relu_();
    x = full1_(x.flatten(1)).relu_();
    x = full2_(torch::dropout(x, dropout_, is_training())).relu_();
    return full3_(torch::dropout(x, dropout_, is_training()));
  }

  double dropout_;
  std::vector<ConvNorm> convolutions_;
  torch::nn::Linear full1_{nullptr}, full2_{nullptr}, full3_{nullptr};
};

}  // namespace

NetworkPtr make_vgg11(const Vgg11Config& config, const NetworkSpec& spec) {
  check_image("vgg11", spec.input);
  return std::make_shared<Vgg11>(config, spec);
}

}  // namespace laggard::model
