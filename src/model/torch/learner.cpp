#include <fmt/format.h>
#include <torch/nn/functional/loss.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>
#include <torch/serialize.h>
#include <torch/utils.h>

#include <sstream>

#include "model/torch/guard.hpp"
#include "model/torch/models.hpp"
#include "model/torch/network.hpp"
#include "model/torch/switches.hpp"

namespace laggard::model {
namespace {

std::unique_ptr<torch::optim::Optimizer> make_optimizer(const OptimizerConfig& config,
                                                        std::vector<torch::Tensor> parameters) {
  constexpr double kReplacedAtEveryStep = 1e-3;
  if (config.kind == "sgd")
    return std::make_unique<torch::optim::SGD>(std::move(parameters),
                                               torch::optim::SGDOptions(kReplacedAtEveryStep)
                                                   .momentum(config.momentum)
                                                   .weight_decay(config.weight_decay));
  return std::make_unique<torch::optim::Adam>(
      std::move(parameters),
      torch::optim::AdamOptions(kReplacedAtEveryStep).weight_decay(config.weight_decay));
}

torch::Tensor to_targets(std::span<const std::int32_t> labels) {
  auto* data = const_cast<std::int32_t*>(labels.data());
  const auto count = static_cast<std::int64_t>(labels.size());
  return torch::from_blob(data, {count}, torch::kInt).to(torch::kLong);
}

BatchResult result_of(const torch::Tensor& loss, const torch::Tensor& outputs,
                      const torch::Tensor& targets) {
  const auto correct = outputs.argmax(1).eq(targets).sum().item<std::int64_t>();
  return {loss.item<double>() * static_cast<double>(targets.size(0)),
          static_cast<std::uint32_t>(correct)};
}

/// Buffers that a forward pass in training mode changes; the normalisation of the inputs is fixed.
std::vector<torch::Tensor> running_buffers(const Network& network) {
  std::vector<torch::Tensor> buffers;
  for (const auto& buffer : network.named_buffers())
    if (buffer.key().rfind("input_", 0) != 0 && buffer.value().is_floating_point())
      buffers.push_back(buffer.value());
  return buffers;
}

torch::Tensor view_of(float* numbers, const torch::Tensor& like) {
  return torch::from_blob(numbers, like.sizes(), torch::kFloat);
}

class TorchLearner final : public Learner {
 public:
  explicit TorchLearner(const LearnerConfig& config) : device_(device_named(config.device)) {
    use_threads(config.threads);
    torch::manual_seed(config.seed);
    network_ = make_network(config.network);
    network_->set_normalisation(config.mean, config.deviation);
    network_->to(device_);
    parameters_ = network_->parameters();
    buffers_ = running_buffers(*network_);
    for (const auto* tensors : {&parameters_, &buffers_})
      for (const torch::Tensor& tensor : *tensors)
        flat_size_ += static_cast<std::size_t>(tensor.numel());
    optimizer_ = make_optimizer(config.optimizer, parameters_);
  }

  ~TorchLearner() override { use_threads(1); }

  std::size_t flat_size() const override { return flat_size_; }

  BatchResult gradient(MatrixView inputs, std::span<const std::int32_t> labels, std::uint64_t seed,
                       double share, std::span<float> flat) override {
    return guarded<RunError>("a step of the training failed", "check network and dataset", [&] {
      torch::manual_seed(seed);
      network_->train();
      optimizer_->zero_grad();
      std::vector<torch::Tensor> before;
      for (const torch::Tensor& buffer : buffers_) before.push_back(buffer.clone());
      const torch::Tensor targets = to_targets(labels).to(device_);
      const torch::Tensor outputs = forward(inputs);
      const torch::Tensor loss = torch::nn::functional::cross_entropy(outputs, targets);
      loss.backward();

      const torch::NoGradGuard no_gradient;
      float* position = flat.data();
      const auto append = [&](const torch::Tensor& tensor) {
        view_of(position, tensor).copy_(tensor).mul_(share);
        position += tensor.numel();
      };
      for (const torch::Tensor& parameter : parameters_)
        append(parameter.grad().defined() ? parameter.grad() : torch::zeros_like(parameter));
      for (const torch::Tensor& buffer : buffers_) append(buffer);
      for (std::size_t i = 0; i < buffers_.size(); ++i) buffers_[i].copy_(before[i]);
      return result_of(loss, outputs, targets);
    });
  }

  void step(std::span<const float> flat, double learning_rate) override {
    guarded<RunError>("a step of the training failed", "check network and dataset", [&] {
      // from_blob wants a pointer to non-const; the copies only read.
      auto* position = const_cast<float*>(flat.data());
      {
        const torch::NoGradGuard no_gradient;
        for (torch::Tensor& parameter : parameters_) {
          parameter.mutable_grad() = view_of(position, parameter)
                                         .to(device_, torch::kFloat,
                                             /*non_blocking=*/false,
                                             /*copy=*/true);
          position += parameter.numel();
        }
        for (torch::Tensor& buffer : buffers_) {
          buffer.copy_(view_of(position, buffer));
          position += buffer.numel();
        }
      }
      for (auto& group : optimizer_->param_groups()) group.options().set_lr(learning_rate);
      optimizer_->step();
    });
  }

  BatchResult evaluate(MatrixView inputs, std::span<const std::int32_t> labels) override {
    return guarded<RunError>("an evaluation failed", "check network and dataset", [&] {
      const torch::NoGradGuard no_gradient;
      network_->eval();
      const torch::Tensor targets = to_targets(labels).to(device_);
      const torch::Tensor outputs = forward(inputs);
      return result_of(torch::nn::functional::cross_entropy(outputs, targets), outputs, targets);
    });
  }

  std::vector<NamedTensor> tensors() const override { return tensors_of(*network_); }

  void load(const std::vector<NamedTensor>& tensors, const std::string& source) override {
    load_tensors(*network_, tensors, source);
  }

  std::vector<std::uint8_t> optimizer_state() const override {
    return guarded<RunError>("cannot save the optimizer's state", "report this", [&] {
      std::ostringstream stream;
      torch::save(*optimizer_, stream);
      const std::string bytes = stream.str();
      return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
    });
  }

  void restore_optimizer(const std::vector<std::uint8_t>& state,
                         const std::string& source) override {
    guarded<DataError>(fmt::format("cannot resume from '{}'", source),
                       "remove it to start the training anew", [&] {
                         std::istringstream stream(std::string(state.begin(), state.end()));
                         torch::load(*optimizer_, stream);
                       });
  }

 private:
  torch::Tensor forward(MatrixView inputs) {
    return network_->forward(to_batch(inputs, network_->input()).to(device_));
  }

  torch::Device device_;
  NetworkPtr network_;
  std::vector<torch::Tensor> parameters_, buffers_;  // share their numbers with the network
  std::size_t flat_size_ = 0;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
};

}  // namespace

std::unique_ptr<Learner> make_learner(const LearnerConfig& config) {
  return guarded<RunError>("the training cannot start", "check network and dataset",
                           [&] { return std::make_unique<TorchLearner>(config); });
}

}  // namespace laggard::model
