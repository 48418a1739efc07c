// Base of the named networks. Adding one: its parameters in ../architectures.hpp, a source that
// derives from Network, its declaration here, a line in the table in network.cpp, and one in
// ../networks.cpp.
#pragma once

#include <torch/nn/module.h>

#include <memory>
#include <string>
#include <vector>

#include "model/architectures.hpp"
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

  /// Folds what training needed apart (batch normalisation, branches) into fewer layers. The
  /// outputs stay the same but for rounding; the network can no longer be trained.
  void fold();

  /// Whether this many inputs are faster through oneDNN than without; tests/bench/bench_forward
  /// measures it.
  virtual bool prefers_onednn(Index /*batch*/) const { return true; }

  const Shape& input() const { return input_; }

 protected:
  explicit Network(const NetworkSpec& spec);

  virtual torch::Tensor classify(const torch::Tensor& normalised) = 0;

 private:
  Shape input_;
  torch::Tensor mean_, deviation_;  // channels x 1 x 1 for images, else 1
};

using NetworkPtr = std::shared_ptr<Network>;

/// One per source. Errors: DataError for a shape of input that the network cannot take, ConfigError
/// for parameters that contradict each other.
NetworkPtr make_mlp(const MlpConfig& config, const NetworkSpec& spec);
NetworkPtr make_lenet5(const LeNet5Config& config, const NetworkSpec& spec);
NetworkPtr make_vgg11(const Vgg11Config& config, const NetworkSpec& spec);
NetworkPtr make_resnet18(const ResNet18Config& config, const NetworkSpec& spec);
NetworkPtr make_repvgg(const RepVggConfig& config, const NetworkSpec& spec);
NetworkPtr make_vit(const VitConfig& config, const NetworkSpec& spec);

/// Errors: ConfigError naming `where` if one of the sizes is 0.
void check_positive(const std::vector<std::uint32_t>& sizes, const std::string& where);

/// A network by its architecture's name with fresh parameters from torch's generator. Errors:
/// DataError if there is no such architecture, and those of the network itself.
NetworkPtr make_network(const NetworkSpec& spec);

/// Copies of all parameters and buffers.
std::vector<NamedTensor> tensors_of(const torch::nn::Module& network);

/// Overwrites all parameters and buffers. Errors: DataError naming `source` and the tensor that is
/// missing, superfluous or mis-shaped.
void load_tensors(torch::nn::Module& network, const std::vector<NamedTensor>& tensors,
                  const std::string& source);

}  // namespace laggard::model
