// A network while it is being trained, without libtorch in the interface: the loop around it
// (order of the data, schedule, checkpoints) lives in trainer/ and is tested without libtorch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "model/weights.hpp"

namespace laggard::model {

struct OptimizerConfig {
  std::string kind = "adam";  ///< "adam" or "sgd"
  double weight_decay = 0.0;
  double momentum = 0.9;  ///< of SGD
};

/// What a learner starts from.
struct LearnerConfig {
  NetworkSpec network;
  /// What the network is to learn; its `base_fingerprint` is not looked at.
  CodingTask task;
  /// The deployed model, through which a code is trained; null for the other tasks.
  const Weights* base = nullptr;
  OptimizerConfig optimizer;
  /// Of the training inputs, one number per channel; becomes part of the network, so that datasets
  /// stay as they are.
  std::vector<double> mean, deviation;
  std::uint64_t seed = 0;      ///< of the initial parameters
  std::uint32_t threads = 1;   ///< numbers are reproducible for a fixed number of threads
  std::string device = "cpu";  ///< "cpu" or "cuda"
};

/// Units to learn from: labelled inputs, or groups of k queries of a code.
struct Batch {
  /// B x d; of a code B k x d, the queries of a group one after the other; for a parity model the
  /// parity queries.
  MatrixView inputs{nullptr, 0, 0};
  std::span<const std::int32_t> labels;  ///< of the inputs, or of the queries of the groups (B k)
  MatrixView targets{nullptr, 0, 0};     ///< logits of the deployed model for the queries, B k x m
};

struct BatchResult {
  double loss = 0.0;  ///< summed over the units: cross-entropy in nats, or the task's own loss
  /// Classifier: rows whose largest output is the label's. Codes: reconstructions, over all choices
  /// of what is lost, whose class is the deployed model's own (ParM's reconstruction accuracy).
  std::uint32_t correct = 0;
  std::uint32_t decisions = 0;  ///< of which so many were taken
};

class Learner {
 public:
  virtual ~Learner() = default;

  /// Length of the vectors below: one number per parameter and per buffer that training changes
  /// (running means and variances).
  virtual std::size_t flat_size() const = 0;

  /// Forward and backward pass of a batch with labels in [0, m), in training mode. Writes
  /// `share` times the gradient of its mean loss and `share` times the buffers as they are after
  /// the pass; the network itself stays as it is. `seed` is for what the network draws (dropout).
  virtual BatchResult gradient(const Batch& batch, std::uint64_t seed, double share,
                               std::span<float> flat) = 0;

  /// One optimizer step with a sum of such vectors whose shares add up to 1.
  virtual void step(std::span<const float> flat, double learning_rate) = 0;

  /// Forward pass in evaluation mode.
  virtual BatchResult evaluate(const Batch& batch) = 0;

  /// Copies of all parameters and buffers.
  virtual std::vector<NamedTensor> tensors() const = 0;
  /// Errors: DataError naming `source` and the tensor that is missing, superfluous or mis-shaped.
  virtual void load(const std::vector<NamedTensor>& tensors, const std::string& source) = 0;

  /// Moments and step counts, opaque.
  virtual std::vector<std::uint8_t> optimizer_state() const = 0;
  virtual void restore_optimizer(const std::vector<std::uint8_t>& state,
                                 const std::string& source) = 0;
};

}  // namespace laggard::model
