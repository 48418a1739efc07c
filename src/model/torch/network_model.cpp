#include <fmt/format.h>
#include <torch/types.h>

#include "model/torch/guard.hpp"
#include "model/torch/models.hpp"
#include "model/torch/network.hpp"
#include "model/torch/switches.hpp"
#include "model/torch/tensors.hpp"

namespace laggard::model {
namespace {

class NetworkModel final : public Model {
 public:
  NetworkModel(const Weights& weights, const ModelSettings& settings)
      : network_(make_network(weights.network)),
        outputs_(weights.network.outputs),
        settings_(settings),
        device_(device_named(settings.device)) {
    load_tensors(*network_, weights.tensors, weights.source);
    network_->eval();
    network_->fold();
    network_->to(device_);
  }

  Index outputs() const override { return outputs_; }

  void forward(MatrixView inputs, MatrixSpan outputs) const override {
    guarded<RunError>("the network failed", "check the inputs", [&] {
      const FlushDenormals flush;
      const torch::InferenceMode inference;
      const OneDnn onednn(network_->prefers_onednn(inputs.rows()));
      use_threads(settings_.threads);
      const torch::Tensor batch = to_batch(inputs, network_->input(), device_);
      store_outputs(network_->forward(batch), settings_.rule, outputs);
    });
  }

 private:
  NetworkPtr network_;
  Index outputs_;
  ModelSettings settings_;
  torch::Device device_;
};

}  // namespace

std::unique_ptr<Model> make_network_model(const Weights& weights, const ModelSettings& settings) {
  return guarded<DataError>(fmt::format("cannot use the weights '{}'", weights.source),
                            "train the network again",
                            [&] { return std::make_unique<NetworkModel>(weights, settings); });
}

}  // namespace laggard::model
