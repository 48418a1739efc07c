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
#include "model/torch/tensors.hpp"
#include "model/torch/torch_learner.hpp"

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

/// Buffers that a forward pass in training mode changes; the normalisation of the inputs is fixed.
std::vector<torch::Tensor> running_buffers(const torch::nn::Module& network) {
  std::vector<torch::Tensor> buffers;
  for (const auto& buffer : network.named_buffers())
    if (buffer.key().rfind("input_", 0) != 0 && buffer.value().is_floating_point())
      buffers.push_back(buffer.value());
  return buffers;
}

void drop_gradients(std::vector<torch::Tensor>& parameters) {
  for (torch::Tensor& parameter : parameters) parameter.mutable_grad().reset();
}

torch::Tensor view_of(float* numbers, const torch::Tensor& like) {
  return torch::from_blob(numbers, like.sizes(), torch::kFloat);
}

}  // namespace

TorchLearner::TorchLearner(const LearnerConfig& config) : device_(device_named(config.device)) {
  keep_all_freed_memory();
  use_threads(config.threads);
  torch::manual_seed(config.seed);
}

TorchLearner::~TorchLearner() {
  use_threads(1);
}

void TorchLearner::train(std::shared_ptr<torch::nn::Module> module,
                         const OptimizerConfig& optimizer) {
  module_ = std::move(module);
  module_->to(device_);
  parameters_ = module_->parameters();
  buffers_ = running_buffers(*module_);
  for (const auto* tensors : {&parameters_, &buffers_})
    for (const torch::Tensor& tensor : *tensors)
      flat_size_ += static_cast<std::size_t>(tensor.numel());
  optimizer_ = make_optimizer(optimizer, parameters_);
}

namespace {

BatchResult result_of(double loss, std::int64_t units, std::int64_t correct,
                      std::int64_t decisions) {
  return {loss * static_cast<double>(units), static_cast<std::uint32_t>(correct),
          static_cast<std::uint32_t>(decisions)};
}

}  // namespace

BatchResult TorchLearner::gradient(const Batch& batch, std::uint64_t seed, double share,
                                   std::span<float> flat) {
  return guarded<RunError>("a step of the training failed", "check network and dataset", [&] {
    const FlushDenormals flush;
    torch::manual_seed(seed);
    module_->train();
    drop_gradients(parameters_);
    std::vector<torch::Tensor> before;
    for (const torch::Tensor& buffer : buffers_) before.push_back(buffer.clone());
    const Assessment found = assess(batch);
    found.loss.backward();

    const torch::NoGradGuard no_gradient;
    float* position = flat.data();
    const auto append = [&](const torch::Tensor& tensor) {
      torch::Tensor view = view_of(position, tensor).copy_(tensor);
      if (share != 1.0) view.mul_(share);
      position += tensor.numel();
    };
    for (const torch::Tensor& parameter : parameters_)
      append(parameter.grad().defined() ? parameter.grad() : torch::zeros_like(parameter));
    for (const torch::Tensor& buffer : buffers_) append(buffer);
    for (std::size_t i = 0; i < buffers_.size(); ++i) buffers_[i].copy_(before[i]);
    return result_of(found.loss.item<double>(), found.units, found.correct, found.decisions);
  });
}

void TorchLearner::step(std::span<const float> flat, double learning_rate) {
  guarded<RunError>("a step of the training failed", "check network and dataset", [&] {
    const FlushDenormals flush;
    // from_blob wants a pointer to non-const; copies and optimizers only read.
    auto* position = const_cast<float*>(flat.data());
    {
      const torch::NoGradGuard no_gradient;
      for (torch::Tensor& parameter : parameters_) {
        parameter.mutable_grad() = view_of(position, parameter).to(device_);
        position += parameter.numel();
      }
      for (torch::Tensor& buffer : buffers_) {
        buffer.copy_(view_of(position, buffer));
        position += buffer.numel();
      }
    }
    for (auto& group : optimizer_->param_groups()) group.options().set_lr(learning_rate);
    optimizer_->step();
    drop_gradients(parameters_);  // they may be views of `flat`
  });
}

BatchResult TorchLearner::evaluate(const Batch& batch) {
  return guarded<RunError>("an evaluation failed", "check network and dataset", [&] {
    const FlushDenormals flush;
    const torch::NoGradGuard no_gradient;
    module_->eval();
    const Assessment found = assess(batch);
    return result_of(found.loss.item<double>(), found.units, found.correct, found.decisions);
  });
}

std::vector<NamedTensor> TorchLearner::tensors() const {
  return tensors_of(*module_);
}

void TorchLearner::load(const std::vector<NamedTensor>& tensors, const std::string& source) {
  load_tensors(*module_, tensors, source);
}

std::vector<std::uint8_t> TorchLearner::optimizer_state() const {
  return guarded<RunError>("cannot save the optimizer's state", "report this", [&] {
    std::ostringstream stream;
    torch::save(*optimizer_, stream);
    const std::string bytes = stream.str();
    return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
  });
}

void TorchLearner::restore_optimizer(const std::vector<std::uint8_t>& state,
                                     const std::string& source) {
  guarded<DataError>(fmt::format("cannot resume from '{}'", source),
                     "remove it to start the training anew", [&] {
                       std::istringstream stream(std::string(state.begin(), state.end()));
                       torch::load(*optimizer_, stream, device_);
                     });
}

namespace {

class ClassifierLearner final : public TorchLearner {
 public:
  explicit ClassifierLearner(const LearnerConfig& config)
      : TorchLearner(config), network_(make_network(config.network)) {
    network_->set_normalisation(config.mean, config.deviation);
    train(network_, config.optimizer);
  }

 private:
  Assessment assess(const Batch& batch) override {
    const torch::Tensor targets = label_tensor(batch.labels).to(device());
    const torch::Tensor outputs =
        network_->forward(to_batch(batch.inputs, network_->input(), device()));
    return {torch::nn::functional::cross_entropy(outputs, targets), targets.size(0),
            outputs.argmax(1).eq(targets).sum().item<std::int64_t>(), targets.size(0)};
  }

  NetworkPtr network_;
};

std::unique_ptr<Learner> make_learner_for(const LearnerConfig& config) {
  switch (config.task.kind) {
    case TaskKind::kParity:
      return make_parity_learner(config);
    case TaskKind::kCode:
      return make_code_learner(config);
    case TaskKind::kClassifier:
      break;
  }
  return std::make_unique<ClassifierLearner>(config);
}

}  // namespace

std::unique_ptr<Learner> make_learner(const LearnerConfig& config) {
  return guarded<RunError>("the training cannot start", "check network and dataset",
                           [&] { return make_learner_for(config); });
}

}  // namespace laggard::model
