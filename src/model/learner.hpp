// A network while it is being trained, without libtorch in the interface: the loop around it
// (order of the data, schedule, checkpoints) lives in train/ and is tested without libtorch.
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
  OptimizerConfig optimizer;
  /// Of the training inputs, one number per channel; becomes part of the network, so that datasets
  /// stay as they are.
  std::vector<double> mean, deviation;
  std::uint64_t seed = 0;     ///< of the initial parameters
  std::uint32_t threads = 1;  ///< numbers are reproducible for a fixed number of threads
};

struct BatchResult {
  double loss = 0.0;          ///< cross-entropy summed over the batch, nats
  std::uint32_t correct = 0;  ///< rows whose largest output is the label's
};

class Learner {
 public:
  virtual ~Learner() = default;

  /// Seeds what the network itself draws (dropout), so that an epoch can be repeated alone.
  virtual void begin_epoch(std::uint64_t seed) = 0;

  /// One optimizer step on the mean loss of B inputs (B x d) and B labels in [0, m). The result is
  /// that of the forward pass before the step.
  virtual BatchResult train(MatrixView inputs, std::span<const std::int32_t> labels,
                            double learning_rate) = 0;

  /// The same numbers without a step, in evaluation mode.
  virtual BatchResult evaluate(MatrixView inputs, std::span<const std::int32_t> labels) = 0;

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
