// The rule of a step, on weights that are a plain vector.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace laggard::training {

/// sgd: v <- momentum v + g, w <- w - rate v, as PyTorch has it. adam: Kingma and Ba, arXiv
/// 1412.6980, with beta 0.9 and 0.999 and epsilon 1e-8.
class Optimizer {
 public:
  Optimizer(const std::string& kind, double rate, double momentum, std::size_t parameters);

  void step(std::span<const double> gradient, std::span<double> weights);

  /// What it remembers, for checkpoints.
  std::vector<double> state() const;
  void restore(std::span<const double> state);

 private:
  bool adam_;
  double rate_, momentum_;
  double steps_ = 0.0;
  std::vector<double> mean_;    // of the gradients; v of sgd
  std::vector<double> square_;  // of adam
};

}  // namespace laggard::training
