// Learners for the parts of codes.

#include <torch/nn/functional/activation.h>
#include <torch/nn/functional/loss.h>
#include <torch/utils.h>

#include "model/torch/code_networks.hpp"
#include "model/torch/network.hpp"
#include "model/torch/tensors.hpp"
#include "model/torch/torch_learner.hpp"

namespace laggard::model {
namespace {

namespace functional = torch::nn::functional;

/// Logits of the deployed model, B x k x m.
torch::Tensor group_targets(const Batch& batch, std::int64_t k) {
  return float_tensor(batch.targets).reshape({-1, k, batch.targets.cols()});
}

/// A parity model F_P learns sum_i c_i F(x_i) by the mean squared error over units and outputs.
class ParityLearner final : public TorchLearner {
 public:
  explicit ParityLearner(const LearnerConfig& config)
      : TorchLearner(config),
        network_(make_network(config.network)),
        coefficients_(
            torch::tensor(config.task.coefficients, torch::kFloat).view({1, -1, 1}).to(device())) {
    network_->set_normalisation(config.mean, config.deviation);
    train(network_, config.optimizer);
  }

 private:
  Assessment assess(const Batch& batch) override {
    const std::int64_t k = coefficients_.size(1);
    const torch::Tensor logits = group_targets(batch, k).to(device());
    const torch::Tensor wanted = (coefficients_ * logits).sum(1);
    const torch::Tensor outputs =
        network_->forward(to_batch(batch.inputs, network_->input(), device()));
    const torch::Tensor loss = functional::mse_loss(outputs, wanted);
    // Query j alone is lost: (F_P(P) - sum_(i != j) c_i F(x_i)) / c_j.
    const torch::Tensor decoded = logits + (outputs - wanted).detach().unsqueeze(1) / coefficients_;
    const auto correct = decoded.argmax(2).eq(logits.argmax(2)).sum().item<std::int64_t>();
    return {loss, logits.size(0), correct, logits.size(0) * k};
  }

  NetworkPtr network_;
  torch::Tensor coefficients_;  // 1 x k x 1
};

/// Encoder and decoder learn together; the gradient goes through the decoder, a copy of F, and the
/// encoder. Each of the loss_patterns counts the same. One Adam for both parts is the same as one
/// each: its moments belong to single parameters.
class CodeLearner final : public TorchLearner {
 public:
  explicit CodeLearner(const LearnerConfig& config)
      : TorchLearner(config),
        networks_(std::make_shared<CodeNetworks>(config.task, config.network)),
        base_(make_network(config.base->network)),
        loss_(config.task.loss) {
    load_tensors(*base_, config.base->tensors, config.base->source);
    base_->eval();
    base_->fold();
    base_->to(device());
    for (torch::Tensor& parameter : base_->parameters()) parameter.set_requires_grad(false);
    enumerate_losses();
    train(networks_, config.optimizer);
  }

 private:
  void enumerate_losses() {
    const std::int64_t k = networks_->k(), r = networks_->r();
    const auto patterns =
        loss_patterns(static_cast<std::uint32_t>(k), static_cast<std::uint32_t>(r));
    torch::Tensor masks = torch::ones({static_cast<std::int64_t>(patterns.size()), k + r});
    std::vector<std::int64_t> choices, queries;
    for (std::size_t choice = 0; choice < patterns.size(); ++choice)
      for (const std::int64_t i : patterns[choice]) {
        masks[static_cast<std::int64_t>(choice)][i] = 0.0;
        if (i >= k) continue;
        choices.push_back(static_cast<std::int64_t>(choice));
        queries.push_back(i);
      }
    masks_ = masks.view({-1, 1, k + r, 1}).to(device());
    choices_ = torch::tensor(choices).to(device());
    queries_ = torch::tensor(queries).to(device());
  }

  Assessment assess(const Batch& batch) override {
    const std::int64_t k = networks_->k(), r = networks_->r(), m = batch.targets.cols();
    const torch::Tensor logits = group_targets(batch, k).to(device());
    const std::int64_t groups = logits.size(0);
    const torch::Tensor parities = networks_->encode(float_tensor(batch.inputs).to(device()));
    const torch::Tensor queries = parities.reshape(batch_extents(-1, base_->input()));
    const torch::Tensor answers = base_->forward(queries).view({groups, r, m});
    const torch::Tensor all = torch::cat({logits, answers}, 1).unsqueeze(0) * masks_;
    const torch::Tensor decoded = networks_->decode(all.reshape({-1, (k + r) * m}))
                                      .view({masks_.size(0), groups, k, m})
                                      .permute({0, 2, 1, 3})
                                      .index({choices_, queries_});  // lost query x group x m
    const torch::Tensor wanted = logits.transpose(0, 1).index({queries_});
    const auto correct = decoded.argmax(2).eq(wanted.argmax(2)).sum().item<std::int64_t>();
    return {loss_of(decoded, wanted, batch), groups, correct, queries_.size(0) * groups};
  }

  torch::Tensor loss_of(const torch::Tensor& decoded, const torch::Tensor& wanted,
                        const Batch& batch) const {
    if (loss_ == "mse-base") return functional::mse_loss(decoded, wanted);
    if (loss_ == "kl-base")
      return functional::kl_div(decoded.log_softmax(2).flatten(0, 1),
                                wanted.softmax(2).flatten(0, 1),
                                functional::KLDivFuncOptions().reduction(torch::kBatchMean));
    const torch::Tensor labels = label_tensor(batch.labels)
                                     .to(device())
                                     .view({-1, networks_->k()})
                                     .transpose(0, 1)
                                     .index({queries_});
    return functional::cross_entropy(decoded.flatten(0, 1), labels.flatten());
  }

  std::shared_ptr<CodeNetworks> networks_;
  NetworkPtr base_;
  std::string loss_;
  torch::Tensor masks_;              // choice x 1 x (k + r) x 1; 0: lost
  torch::Tensor choices_, queries_;  // of every lost query: in which choice, which one
};

}  // namespace

std::unique_ptr<Learner> make_parity_learner(const LearnerConfig& config) {
  return std::make_unique<ParityLearner>(config);
}

std::unique_ptr<Learner> make_code_learner(const LearnerConfig& config) {
  return std::make_unique<CodeLearner>(config);
}

}  // namespace laggard::model
