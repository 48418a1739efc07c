// What all learners share: parameters and buffers as flat vectors, the optimizer, its state.
#pragma once

#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include <memory>
#include <vector>

#include "model/learner.hpp"

namespace laggard::model {

class TorchLearner : public Learner {
 public:
  ~TorchLearner() override;

  std::size_t flat_size() const final { return flat_size_; }
  BatchResult gradient(const Batch& batch, std::uint64_t seed, double share,
                       std::span<float> flat) final;
  void step(std::span<const float> flat, double learning_rate) final;
  BatchResult evaluate(const Batch& batch) final;
  std::vector<NamedTensor> tensors() const final;
  void load(const std::vector<NamedTensor>& tensors, const std::string& source) final;
  std::vector<std::uint8_t> optimizer_state() const final;
  void restore_optimizer(const std::vector<std::uint8_t>& state, const std::string& source) final;

 protected:
  /// Seeds libtorch for the initial parameters.
  explicit TorchLearner(const LearnerConfig& config);

  /// Takes over what is to be trained; call it at the end of the constructor.
  void train(std::shared_ptr<torch::nn::Module> module, const OptimizerConfig& optimizer);

  struct Assessment {
    torch::Tensor loss;  ///< mean over the units
    std::int64_t units = 0;
    std::int64_t correct = 0, decisions = 0;
  };
  /// Forward pass.
  virtual Assessment assess(const Batch& batch) = 0;

  torch::Device device() const { return device_; }

 private:
  torch::Device device_;
  std::shared_ptr<torch::nn::Module> module_;
  std::vector<torch::Tensor> parameters_, buffers_;  // share their numbers with the module
  std::size_t flat_size_ = 0;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
};

std::unique_ptr<Learner> make_parity_learner(const LearnerConfig& config);
std::unique_ptr<Learner> make_code_learner(const LearnerConfig& config);

}  // namespace laggard::model
