// Base of the named networks. Adding one: a source that derives from Network, its declaration here,
// a line in the table in network.cpp, and its name in ../networks.cpp.
#pragma once

#include <torch/nn/module.h>

#include <memory>
#include <string>
#include <vector>

#include "model/weights.hpp"

namespace laggard::model {

/// Takes inputs as the dataset gives them; the normalisation to mean 0 and deviation 1 per channel
/// is part of the network and saved with its weights.
class Network : public torch::nn::Module {
 public:
  /// B x input shape, single precision -> B x m, before any softmax.
  torch::Tensor forward(const torch::Tensor& inputs);

  /// One number per channel. Inputs that are not images have one channel.
  void set_normalisation(const std::vector<double>& mean, const std::vector<double>& deviation);

  /// Whether single inputs are faster through oneDNN than without.
  virtual bool prefers_onednn() const { return true; }

  const Shape& input() const { return input_; }

 protected:
  explicit Network(const NetworkSpec& spec);

  virtual torch::Tensor classify(const torch::Tensor& normalised) = 0;

 private:
  Shape input_;
  torch::Tensor mean_, deviation_;  // channels x 1 x 1 for images, else 1
};

using NetworkPtr = std::shared_ptr<Network>;

/// LeNet-5 for images of 28x28; lenet5.cpp. Errors: DataError for another shape.
NetworkPtr make_lenet5(const NetworkSpec& spec);

/// A network by its architecture's name with fresh parameters from torch's generator. Errors:
/// DataError if there is no such architecture.
NetworkPtr make_network(const NetworkSpec& spec);

/// Copies of all parameters and buffers.
std::vector<NamedTensor> tensors_of(const Network& network);

/// Overwrites all parameters and buffers. Errors: DataError naming `source` and the tensor that is
/// missing, superfluous or mis-shaped.
void load_tensors(Network& network, const std::vector<NamedTensor>& tensors,
                  const std::string& source);

/// B rows of doubles as a batch of `input` in single precision.
torch::Tensor to_batch(MatrixView inputs, const Shape& input);

/// Whether libtorch multiplies matrices with OpenBLAS, BLIS or MKL instead of the reference BLAS.
bool has_fast_blas();

/// oneDNN on or off while the object lives; the switch is global to libtorch.
class OneDnn {
 public:
  explicit OneDnn(bool enabled);
  OneDnn(const OneDnn&) = delete;
  OneDnn& operator=(const OneDnn&) = delete;
  ~OneDnn();

 private:
  bool before_;
};

}  // namespace laggard::model
