// Multilayer perceptron: flatten, then fully connected layers with rectifiers between them.

#include <torch/nn/modules/linear.h>

#include "model/torch/network.hpp"

namespace laggard::model {
namespace {

class Mlp final : public Network {
 public:
  Mlp(const MlpConfig& config, const NetworkSpec& spec) : Network(spec) {
    Index units = spec.input.size();
    const auto add = [&](Index next) {
      layers_.push_back(register_module("full" + std::to_string(layers_.size() + 1),
                                        torch::nn::Linear(units, next)));
      units = next;
    };
    for (const std::uint32_t hidden : config.hidden) add(hidden);
    add(spec.outputs);
  }

 private:
  torch::Tensor classify(const torch::Tensor& normalised) override {
    torch::Tensor x = normalised.flatten(1);
    for (std::size_t layer = 0; layer < layers_.size(); ++layer)
      x = layer == 0 ? layers_[layer](x) : layers_[layer](x.relu_());
    return x;
  }

  std::vector<torch::nn::Linear> layers_;
};

}  // namespace

NetworkPtr make_mlp(const MlpConfig& config, const NetworkSpec& spec) {
  check_positive(config.hidden, "/network/hidden");
  return std::make_shared<Mlp>(config, spec);
}

}  // namespace laggard::model
