// What the convolutional networks share.
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

#include "core/types.hpp"

namespace laggard::model {

/// A layer that computes the same with fewer operations once its parameters are fixed.
class Foldable {
 public:
  virtual ~Foldable() = default;
  /// Call after training; the second call does nothing.
  virtual void fold() = 0;
};

/// Size of a convolution with "same" padding.
struct ConvSize {
  Index in = 1, out = 1;
  Index kernel = 3;
  Index stride = 1;
};

/// Convolution, then batch normalisation. Folding scales the kernels of channel c by
/// gamma_c / sqrt(var_c + eps) and moves the rest into the bias.
class ConvNormImpl final : public torch::nn::Module, public Foldable {
 public:
  explicit ConvNormImpl(const ConvSize& size, bool normalise = true);

  torch::Tensor forward(const torch::Tensor& x);
  void fold() override;

  /// After folding.
  const torch::nn::Conv2d& convolution() const { return conv_; }

 private:
  ConvSize size_;
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d norm_{nullptr};
};
TORCH_MODULE(ConvNorm);

/// gamma / sqrt(var + eps) of a normalisation, and beta - mean times that, in double precision.
struct Affine {
  torch::Tensor scale, shift;
};
Affine affine_of(const torch::nn::BatchNorm2d& norm);

/// Errors: DataError unless the inputs are images of at least side x side.
void check_image(const char* network, const Shape& input, Index side = 1);

}  // namespace laggard::model
