#include "experiment/training/optimizer.hpp"

#include <algorithm>
#include <cmath>

namespace laggard::training {

Optimizer::Optimizer(const std::string& kind, double rate, double momentum, std::size_t parameters)
    : adam_(kind == "adam"),
      rate_(rate),
      momentum_(momentum),
      mean_(parameters, 0.0),
      square_(adam_ ? parameters : 0, 0.0) {}

void Optimizer::step(std::span<const double> gradient, std::span<double> weights) {
  steps_ += 1.0;
  if (!adam_) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      mean_[i] = momentum_ * mean_[i] + gradient[i];
      weights[i] -= rate_ * mean_[i];
    }
    return;
  }
  constexpr double kMean = 0.9, kSquare = 0.999, kEpsilon = 1e-8;
  const double mean_scale = 1.0 / (1.0 - std::pow(kMean, steps_));
  const double square_scale = 1.0 / (1.0 - std::pow(kSquare, steps_));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    mean_[i] = kMean * mean_[i] + (1.0 - kMean) * gradient[i];
    square_[i] = kSquare * square_[i] + (1.0 - kSquare) * gradient[i] * gradient[i];
    weights[i] -= rate_ * mean_scale * mean_[i] / (std::sqrt(square_scale * square_[i]) + kEpsilon);
  }
}

std::vector<double> Optimizer::state() const {
  std::vector<double> state{steps_};
  state.insert(state.end(), mean_.begin(), mean_.end());
  state.insert(state.end(), square_.begin(), square_.end());
  return state;
}

void Optimizer::restore(std::span<const double> state) {
  steps_ = state[0];
  const auto mean = state.begin() + 1;
  const auto square = mean + static_cast<std::ptrdiff_t>(mean_.size());
  std::copy(mean, square, mean_.begin());
  std::copy(square, state.end(), square_.begin());
}

}  // namespace laggard::training
