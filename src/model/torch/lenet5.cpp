// LeNet-5 (LeCun et al., Proc. IEEE 86, 1998) with rectifiers and maximum pooling, as it is used
// today: conv 6@5x5 (padding 2), pool 2, conv 16@5x5, pool 2, then 400-120-84-m.

#include <fmt/format.h>
#include <torch/nn/functional.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "core/error.hpp"
#include "model/torch/network.hpp"
#include "model/torch/pooling.hpp"
#include "model/torch/switches.hpp"

namespace laggard::model {
namespace {

constexpr Index kSide = 28;
constexpr Index kSmallBatch = 4;

class LeNet5 final : public Network {
 public:
  explicit LeNet5(const NetworkSpec& spec)
      : Network(spec),
        conv1_(torch::nn::Conv2dOptions(spec.input.extents[0], 6, 5).padding(2)),
        conv2_(torch::nn::Conv2dOptions(6, 16, 5)),
        full1_(16 * 5 * 5, 120),
        full2_(120, 84),
        full3_(84, spec.outputs) {
    register_module("conv1", conv1_);
    register_module("conv2", conv2_);
    register_module("full1", full1_);
    register_module("full2", full2_);
    register_module("full3", full3_);
  }

  // The layers are too small for oneDNN's set-up: at batch 1 it takes 1.7 times the time of
  // OpenBLAS, but only half that of the reference BLAS. Larger batches pay for it.
  bool prefers_onednn(Index batch) const override {
    return batch > kSmallBatch || !has_fast_blas();
  }

 private:
  torch::Tensor classify(const torch::Tensor& normalised) override {
    torch::Tensor x = rectified_max_pool(conv1_(normalised));
    x = rectified_max_pool(conv2_(x)).flatten(1);
    return full3_(full2_(full1_(x).relu_()).relu_());
  }

  torch::nn::Conv2d conv1_, conv2_;
  torch::nn::Linear full1_, full2_, full3_;
};

}  // namespace

NetworkPtr make_lenet5(const LeNet5Config&, const NetworkSpec& spec) {
  const auto& extents = spec.input.extents;
  if (extents.size() != 3 || extents[1] != kSide || extents[2] != kSide)
    throw DataError(fmt::format("lenet5 cannot take inputs of shape {}", to_text(spec.input)),
                    fmt::format("it is made for images of {}x{}", kSide, kSide),
                    "choose another dataset or network");
  return std::make_shared<LeNet5>(spec);
}

}  // namespace laggard::model
