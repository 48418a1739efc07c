// The named networks as models whose weights are a plain vector.

#include <torch/nn/functional/activation.h>
#include <torch/utils.h>

#include <mutex>

#include "model/torch/guard.hpp"
#include "model/torch/models.hpp"
#include "model/torch/network.hpp"
#include "model/torch/switches.hpp"
#include "model/torch/tensors.hpp"

namespace laggard::model {
namespace {

template <class Body>
auto in_step(const Body& body) {
  return guarded<RunError>("a step of the training failed", "check network and dataset", [&] {
    const FlushDenormals flush;
    const OneDnn onednn(true);
    use_threads(1);
    return body();
  });
}

/// libtorch has one generator for all threads, and whoever makes a network draws from it.
std::mutex generator;

NetworkPtr make_alone(const NetworkSpec& spec) {
  const std::lock_guard lock(generator);
  return make_network(spec);
}

/// In single precision within; weights and gradients are rounded on their way in.
class GradientNetwork final : public GradientModel {
 public:
  explicit GradientNetwork(const NetworkSpec& spec) : spec_(spec), network_(make_alone(spec)) {
    keep_all_freed_memory();
    network_->train();
    parameters_ = network_->parameters();
    for (const torch::Tensor& parameter : parameters_)
      size_ += static_cast<std::size_t>(parameter.numel());
  }

  std::size_t parameters() const override { return size_; }

  std::vector<double> initial_weights(std::uint64_t seed) const override {
    return in_step([&] {
      const std::lock_guard lock(generator);
      torch::manual_seed(seed);
      const NetworkPtr fresh = make_network(spec_);
      std::vector<double> weights;
      for (const torch::Tensor& parameter : fresh->parameters()) {
        const torch::Tensor flat = parameter.detach().to(torch::kDouble).contiguous();
        const auto* values = flat.data_ptr<double>();
        weights.insert(weights.end(), values, values + flat.numel());
      }
      return weights;
    });
  }

  double gradient(std::span<const double> weights, const WeightedRows& rows,
                  std::span<double> gradient) override {
    return in_step([&] {
      set(weights);
      for (torch::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
      const torch::Tensor shares =
          torch::from_blob(const_cast<double*>(rows.weights.data()),
                           {static_cast<std::int64_t>(rows.weights.size())}, torch::kDouble)
              .to(torch::kFloat);
      const torch::Tensor losses = -(float_tensor(rows.targets) * logarithms(rows.inputs)).sum(1);
      const torch::Tensor loss = (losses * shares).sum();
      loss.backward();
      double* position = gradient.data();
      for (const torch::Tensor& parameter : parameters_) {
        auto view = torch::from_blob(position, parameter.sizes(), torch::kDouble);
        if (parameter.grad().defined())
          view.copy_(parameter.grad());
        else
          view.zero_();
        position += parameter.numel();
      }
      return loss.item<double>();
    });
  }

  Assessed assess(std::span<const double> weights, MatrixView inputs,
                  std::span<const std::int32_t> labels) override {
    return in_step([&] {
      const torch::NoGradGuard no_gradient;
      set(weights);
      const torch::Tensor found = logarithms(inputs);
      const torch::Tensor right = label_tensor(labels);
      const double loss = -found.gather(1, right.unsqueeze(1)).sum().item<double>();
      const auto correct = found.argmax(1).eq(right).sum().item<std::int64_t>();
      return Assessed{loss, static_cast<std::uint32_t>(correct)};
    });
  }

 private:
  torch::Tensor logarithms(MatrixView inputs) {
    return torch::log_softmax(network_->forward(to_batch(inputs, spec_.input, torch::kCPU)), 1);
  }

  void set(std::span<const double> weights) {
    const torch::NoGradGuard no_gradient;
    auto* position = const_cast<double*>(weights.data());  // which from_blob wants
    for (torch::Tensor& parameter : parameters_) {
      parameter.copy_(torch::from_blob(position, parameter.sizes(), torch::kDouble));
      position += parameter.numel();
    }
  }

  NetworkSpec spec_;
  NetworkPtr network_;
  std::vector<torch::Tensor> parameters_;
  std::size_t size_ = 0;
};

}  // namespace

std::unique_ptr<GradientModel> make_gradient_network(const NetworkSpec& spec) {
  return guarded<RunError>("the training cannot start", "check network and dataset",
                           [&] { return std::make_unique<GradientNetwork>(spec); });
}

}  // namespace laggard::model
