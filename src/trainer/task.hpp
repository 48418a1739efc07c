// What a network is trained for: to classify, or to be part of a code.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/learner.hpp"
#include "model/model.hpp"
#include "trainer/rows.hpp"
#include "trainer/train_config.hpp"

namespace laggard::trainer {

/// What a step or an evaluation is made of. A unit is a row, or a group of k queries.
struct Examples {
  Matrix inputs;
  std::vector<std::int32_t> labels;
  Matrix targets;
  std::uint32_t units = 0;

  /// Units [first, first + count).
  model::Batch part(std::uint32_t first, std::uint32_t count) const;
};

/// The deployed model is fixed and images are not changed at random, so that its logits are
/// computed once. Groups are k consecutive rows of what it is given.
class Task {
 public:
  /// Errors: ConfigError for settings that contradict each other; DataError if the deployed model's
  /// weights are missing or for other inputs.
  Task(const TrainConfig& config, const Shape& input);

  /// Rows that make one unit.
  std::uint32_t group() const { return group_; }
  bool of_code() const { return coding_.kind != model::TaskKind::kClassifier; }

  /// What is to be trained on rows with so many classes. Errors: DataError if the deployed model
  /// has another number of outputs.
  model::NetworkSpec network(std::uint32_t classes) const;
  const model::CodingTask& coding() const { return coding_; }
  /// The deployed model; null if there is none.
  const model::Weights* base() const { return base_ ? &*base_ : nullptr; }

  /// Mean and deviation of the rows -> those of the network's inputs.
  void adapt(Statistics& statistics) const;

  /// Logits of the deployed model for some rows, a row each: single-precision numbers.
  Matrix logits(const LabelledRows& rows, std::uint32_t first, std::uint32_t count) const;

  /// Units of the rows of `sample`; `logits` are those of the same rows.
  Examples examples(data::Sample sample, Matrix logits) const;

 private:
  const TrainConfig& config_;
  Shape input_;
  model::CodingTask coding_;
  std::uint32_t group_ = 1;
  std::optional<model::Weights> base_;
  std::unique_ptr<model::Model> model_;
};

}  // namespace laggard::trainer
