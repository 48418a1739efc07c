// Encoder and decoder of a learned code (Kosaian, Rashmi and Venkataraman, arXiv 1806.01259).
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/container/sequential.h>

#include <memory>

#include "model/weights.hpp"

namespace laggard::model {

/// Encoder: MLP k p -> k p (rectifier) -> r p, where p are the pixels of a plane, or six 3x3
/// convolutions with 20 k channels and dilations 1, 1, 2, 4, 8, 1 (rectifier after each) and a 1x1
/// convolution to r channels. Colour channels are encoded on their own with the same weights.
/// Decoder: (k + r) m -> (k + r) m -> k m -> k m with rectifiers between.
/// Convolutions start Xavier-uniform, the others N(0, 0.01^2), biases 0.
class CodeNetworks final : public torch::nn::Module {
 public:
  /// `task` has encoder, k and r, `network` the shape of the inputs and m. Errors:
  /// DataError if a convolution is asked for and the inputs are no images.
  CodeNetworks(const CodingTask& task, const NetworkSpec& network);

  /// B k x d -> B r x d.
  torch::Tensor encode(const torch::Tensor& queries);
  /// B x (k + r) m -> B x k m.
  torch::Tensor decode(const torch::Tensor& outputs);

  std::int64_t k() const { return k_; }
  std::int64_t r() const { return r_; }

 private:
  std::int64_t k_, r_, channels_, height_, width_;
  bool convolutional_;
  torch::nn::Sequential encoder_, decoder_;
};

}  // namespace laggard::model
