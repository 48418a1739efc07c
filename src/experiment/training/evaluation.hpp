// How good weights and gradients are, measured at the master.
#pragma once

#include <cmath>
#include <span>

#include "experiment/training/setup.hpp"

namespace laggard::training {

class Evaluation {
 public:
  explicit Evaluation(const Setup& setup) : setup_(setup) {}

  /// Mean loss and share of right rows over the test rows; NaN where there are none.
  struct Test {
    double loss = kNaN, accuracy = kNaN;
  };
  Test test(std::span<const double> weights);

  /// Of a batch without any code.
  struct Exact {
    double loss = kNaN;
    std::vector<double> gradient;
    /// Of the gradient as an estimate of that of all rows, estimated without bias: its mean squared
    /// error, and the squared length of the other one, which chance may make negative.
    double variance = kNaN, length = kNaN;
    /// See batch_noise in records.cpp.
    double noise() const { return length > 0.0 ? std::sqrt(variance / length) : kNaN; }
  };
  /// `noisy`: the rows of the batch are an independent sample, so that noise can be estimated. The
  /// groups of rows for that are drawn from `stream`.
  Exact exact(std::span<const double> weights, const Batch& batch, bool noisy, Stream stream);

 private:
  const Setup& setup_;
  data::Sample rows_;  // of the test, read once
  bool is_read_ = false;
};

}  // namespace laggard::training
