// Models that are neural networks: the names are known to every build, the networks themselves live
// in the libtorch plugin.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/gradient_model.hpp"
#include "model/model.hpp"

namespace laggard::model {

/// The networks that can be trained and used by name. Adding one: see torch/network.hpp.
const std::vector<KindInfo>& networks();

/// One kind of model per named network, for the table of models. Its object throws DataError if the
/// weights are missing, damaged, of another network or for another shape of input.
std::vector<ModelKind> network_models();

/// The named networks without batch normalisation and dropout, with fresh weights, as models to
/// train. Errors of their objects: ConfigError in a build without libtorch, DataError for a shape
/// of input that the network cannot take.
std::vector<GradientModelKind> gradient_networks();

/// How libtorch computes a model.
struct Execution {
  std::uint32_t threads = 1;
  std::string device = "cpu";
};

/// A network that the libtorch plugin computes.
class PluginNetwork : public Model {
 public:
  PluginNetwork(NetworkInfo info, std::unique_ptr<Model> model)
      : info_(std::move(info)), model_(std::move(model)) {}

  Index outputs() const override { return model_->outputs(); }
  void forward(MatrixView inputs, MatrixSpan outputs) const override {
    model_->forward(inputs, outputs);
  }
  const NetworkInfo* network() const override { return &info_; }

 private:
  NetworkInfo info_;
  std::unique_ptr<Model> model_;
};

/// A module exported from PyTorch. It is called with B x input shape in single precision and must
/// return B rows; what follows the first dimension is flattened. Reads a file of any device.
class TorchScript final : public PluginNetwork {
 public:
  struct Config {
    std::string path;
    std::string output = "as_is";
    Execution execution = {};

    void fields(Fields& fields);
  };

  /// Errors: DataError naming the file if it is missing, damaged, or refuses the shape of the
  /// inputs; ConfigError if `path` is empty or the build has no libtorch.
  TorchScript(const Config& config, const ModelContext& context);
};

}  // namespace laggard::model
