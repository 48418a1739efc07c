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

class TorchLearner final : public Learner {
 public:
  explicit TorchLearner(const LearnerConfig& config) {
    at::set_num_threads(static_cast<int>(config.threads));
    torch::manual_seed(config.seed);
    network_ = make_network(config.network);
    network_->set_normalisation(config.mean, config.deviation);
    optimizer_ = make_optimizer(config.optimizer, network_->parameters());
  }

  ~TorchLearner() override { at::set_num_threads(1); }

  void begin_epoch(std::uint64_t seed) override { torch::manual_seed(seed); }

  BatchResult train(MatrixView inputs, std::span<const std::int32_t> labels,
                    double learning_rate) override {
    return guarded<RunError>("a step of the training failed", "check network and dataset", [&] {
      network_->train();
      for (auto& group : optimizer_->param_groups()) group.options().set_lr(learning_rate);
      optimizer_->zero_grad();
      const torch::Tensor targets = to_targets(labels);
      const torch::Tensor outputs = network_->forward(to_batch(inputs, network_->input()));
      const torch::Tensor loss = torch::nn::functional::cross_entropy(outputs, targets);
      loss.backward();
      optimizer_->step();
      return result_of(loss, outputs, targets);
    });
  }

  BatchResult evaluate(MatrixView inputs, std::span<const std::int32_t> labels) override {
    return guarded<RunError>("an evaluation failed", "check network and dataset", [&] {
      const torch::NoGradGuard no_gradient;
      network_->eval();
      const torch::Tensor targets = to_targets(labels);
      const torch::Tensor outputs = network_->forward(to_batch(inputs, network_->input()));
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
  NetworkPtr network_;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
};

}  // namespace

std::unique_ptr<Learner> make_learner(const LearnerConfig& config) {
  return guarded<RunError>("the training cannot start", "check network and dataset",
                           [&] { return std::make_unique<TorchLearner>(config); });
}

}  // namespace laggard::model
