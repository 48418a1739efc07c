// The rows of a training experiment.
#pragma once

#include <cstdint>
#include <vector>

#include "core/columns.hpp"
#include "core/types.hpp"

namespace laggard::training {

/// How a training stands after some steps. What is about a gradient is that of the last step.
struct TrainingRecord {
  static constexpr std::string_view kTable = "/training";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trial = 0;
  std::uint32_t step = 0;
  Seconds seconds = 0.0;
  double train_loss = kNaN;
  double test_loss = kNaN;
  double test_accuracy = kNaN;
  double gradient_error = kNaN;
  double gradient_cosine = kNaN;
  double batch_noise = kNaN;
  double weight_amplification = kNaN;
  double decoding_error = kNaN;
  double lambda_decode = kNaN;
  std::uint32_t received = 0;
  std::uint32_t samples_used = 0;
  std::uint32_t uncovered_parts = 0;
  std::uint8_t diverged = 0;
};

/// A whole training. Its row finishes the trial.
struct RunRecord {
  static constexpr std::string_view kTable = "/runs";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trial = 0;
  std::uint32_t steps = 0;
  Seconds seconds = 0.0;
  double train_loss = kNaN;
  double test_loss = kNaN;
  double test_accuracy = kNaN;
  double received = kNaN;
  double uncovered_parts = kNaN;
  double weight_amplification = kNaN;
  double decoding_error = kNaN;
  double gradient_error = kNaN;
  double batch_noise = kNaN;
  std::uint8_t diverged = 0;
};

/// The trials of a point.
struct TrainingSummary {
  static constexpr std::string_view kTable = "/summary";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trials = 0;
  std::uint32_t diverged = 0;
  double test_accuracy = kNaN, test_accuracy_error = kNaN;
  double test_loss = kNaN;
  double train_loss = kNaN;
  Seconds seconds = kNaN;
  double received = kNaN;
  double gradient_error = kNaN;
  double batch_noise = kNaN;
  double decoding_error = kNaN;
  double weight_amplification = kNaN;
};

}  // namespace laggard::training
