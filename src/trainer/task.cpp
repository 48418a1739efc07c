#include "trainer/task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "math/parity_code.hpp"
#include "model/torch_plugin.hpp"

namespace laggard::trainer {
namespace {

using model::TaskKind;

void check_encoder(const TaskSettings& task, TaskKind kind, const Shape& input) {
  const bool of_parity = task.encoder == "addition" || task.encoder == "concatenation";
  const auto refuse = [&](const std::string& why, const std::string& remedy) {
    throw ConfigError(fmt::format("/task/encoder is \"{}\"", task.encoder), why, remedy);
  };
  if (of_parity != (kind == TaskKind::kParity))
    refuse(fmt::format("/task/kind is \"{}\"", task.kind),
           kind == TaskKind::kParity ? "use \"addition\" or \"concatenation\""
                                     : "use \"mlp\" or \"conv\"");
  if (kind != TaskKind::kParity) return;
  const std::string why =
      math::parity_conflict(math::parity_encoder(task.encoder), Index{task.k}, input);
  if (!why.empty()) refuse(why, "use \"addition\"");
}

/// A decoder is trained on all of them in every step.
constexpr double kMostLossPatterns = 4096;

/// Members that a task of this kind does not look at: whoever sets them expects something else.
void check_members(const TrainConfig& config, TaskKind kind) {
  const TaskSettings& task = config.task;
  const auto check = [&](bool applies, const std::string& what, const std::string& remedy) {
    if (!applies) throw ConfigError(what, fmt::format("/task/kind is \"{}\"", task.kind), remedy);
  };
  const bool of_parity = kind == TaskKind::kParity, of_code = kind == TaskKind::kCode;
  check(of_parity || of_code || task.base.empty(), fmt::format("/task/base is '{}'", task.base),
        "set /task/kind to \"parity\" or \"code\", or leave /task/base out");
  check(!of_parity || task.r == 1, fmt::format("/task/r is {}", task.r),
        "leave it out; every parity has a training of its own, see /task/parity");
  check(!of_parity || task.loss == TaskSettings().loss,
        fmt::format("/task/loss is \"{}\"", task.loss),
        "leave it out; parity models are trained on the squared error");
  check(!of_code || task.parity == 0, fmt::format("/task/parity is {}", task.parity),
        "leave it out; a code has all its parities");
  check(!of_code || config.network.kind == TrainConfig().network.kind,
        fmt::format("/network is \"{}\"", config.network.kind),
        "leave it out; a code has networks of its own, see /task/encoder");
  const double patterns = of_code ? model::count_loss_patterns(task.k, task.r) : 0.0;
  if (patterns > kMostLossPatterns)
    throw ConfigError(fmt::format("/task/k is {} and /task/r is {}", task.k, task.r),
                      fmt::format("that makes {:.3g} patterns of losses to train for, at most {} "
                                  "are",
                                  patterns, kMostLossPatterns),
                      "lower them");
}

}  // namespace

model::Batch Examples::part(std::uint32_t first, std::uint32_t count) const {
  const auto of = [&](const Matrix& matrix) {
    const Index each = matrix.rows() / units;
    return laggard::rows_of(matrix, first * each, count * each);
  };
  const std::size_t each = labels.size() / units;
  return {of(inputs), std::span(labels).subspan(first * each, count * each), of(targets)};
}

Task::Task(const TrainConfig& config, const Shape& input) : config_(config), input_(input) {
  const TaskSettings& task = config.task;
  coding_.kind = model::task_kind(task.kind);
  check_members(config, coding_.kind);
  if (!of_code()) return;
  check_encoder(task, coding_.kind, input);
  if (config.augmentation.any())
    throw ConfigError("/augmentation is set", "codes are trained on the rows as they are",
                      "set /augmentation to {}");
  if (task.base.empty())
    throw ConfigError("/task/base is empty", "it names the weights of the deployed model",
                      "train that first");
  base_ = model::read_weights(task.base);
  if (base_->task.kind != model::TaskKind::kClassifier)
    throw DataError(fmt::format("/task/base: the weights '{}' do not fit", task.base),
                    fmt::format("they are of {}", describe(base_->task)),
                    "name weights of a classifier");
  if (!interchangeable(base_->network.input, input))
    throw DataError(fmt::format("/task/base: the weights '{}' do not fit", task.base),
                    fmt::format("they are for inputs of shape {}, the dataset gives {}",
                                model::to_text(base_->network.input), model::to_text(input)),
                    "name other weights or another dataset");
  model_ = model::torch_plugin().make_network(
      *base_, {model::OutputRule::kAsIs, config.threads, config.device});
  group_ = task.k;
  coding_.k = task.k;
  coding_.encoder = task.encoder;
  coding_.base_fingerprint = model::fingerprint_of(*base_);
  if (coding_.kind == TaskKind::kParity) {
    coding_.parity = task.parity;
    const Matrix all = math::parity_coefficients(Index{task.k}, Index{task.parity} + 1);
    for (Index i = 0; i < all.cols(); ++i) coding_.coefficients.push_back(all(task.parity, i));
  } else {
    coding_.r = task.r;
    coding_.loss = task.loss;
  }
}

model::NetworkSpec Task::network(std::uint32_t classes) const {
  model::NetworkSpec spec{config_.network.kind, config_.network.parameters, input_,
                          static_cast<Index>(classes)};
  if (!of_code()) return spec;
  spec.outputs = base_->network.outputs;
  if (spec.outputs < static_cast<Index>(classes))
    throw DataError(
        fmt::format("/task/base: the weights '{}' do not fit", base_->source),
        fmt::format("they have {} outputs, the rows have {} classes", spec.outputs, classes),
        "name other weights or another dataset");
  if (coding_.kind == TaskKind::kCode) {
    spec.architecture = model::kCodeArchitecture;
    spec.parameters = "{}";
  }
  return spec;
}

void Task::adapt(Statistics& statistics) const {
  if (coding_.kind != TaskKind::kParity || coding_.encoder != "addition") return;
  // Sums of independent rows.
  double sum = 0, squares = 0;
  for (const double coefficient : coding_.coefficients) {
    sum += coefficient;
    squares += coefficient * coefficient;
  }
  for (double& mean : statistics.mean) mean *= sum;
  for (double& deviation : statistics.deviation) deviation *= std::sqrt(squares);
}

Matrix Task::logits(const LabelledRows& rows, std::uint32_t first, std::uint32_t count) const {
  const data::Sample sample = rows.range(first, count);
  Matrix logits(count, model_->outputs());
  model_->forward(laggard::rows_of(sample.inputs, 0, sample.inputs.rows()),
                  MatrixSpan(logits.data(), logits.rows(), logits.cols()));
  return logits;
}

Examples Task::examples(data::Sample sample, Matrix logits) const {
  Examples examples;
  examples.units = static_cast<std::uint32_t>(sample.inputs.rows()) / group_;
  examples.labels = std::move(sample.labels);
  examples.targets = std::move(logits);
  if (coding_.kind == TaskKind::kParity) {
    const Matrix coefficients =
        Eigen::Map<const Matrix>(coding_.coefficients.data(), 1, Index{group_});
    examples.inputs =
        math::parity_queries(math::parity_encoder(coding_.encoder), coefficients, input_,
                             laggard::rows_of(sample.inputs, 0, sample.inputs.rows()));
  } else {
    examples.inputs = std::move(sample.inputs);
  }
  return examples;
}

}  // namespace laggard::trainer
