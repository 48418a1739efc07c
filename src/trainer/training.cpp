#include "trainer/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numeric>
#include <span>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "hdf5/place.hpp"
#include "model/torch_plugin.hpp"
#include "trainer/parallel.hpp"
#include "trainer/rows.hpp"
#include "trainer/task.hpp"
#include "trainer/train_files.hpp"

namespace laggard::trainer {
namespace {

constexpr std::uint32_t kEvaluationBatch = 500;
constexpr const char* kOtherRows = "the training rows have changed, or the deployed model";

/// Streams of one epoch, told apart by the `worker` of their address; epoch 0 is initialisation.
enum : std::uint32_t { kOrder = 0, kTorchSeed = 1 };

Stream epoch_stream(const TrainConfig& config, std::uint32_t epoch, std::uint32_t what) {
  return Stream({config.seed, Purpose::kTraining, epoch, what});
}

/// The rows without what chooses among them.
Component source_of(const Component& dataset) {
  config::Json members = config::members_of(dataset);
  for (const char* member : {"holdout", "limit"}) members.erase(member);
  return {dataset.kind, members.dump(), dataset.where};
}

class Training {
 public:
  Training(const TrainConfig& config, const data::Dataset& dataset,
           const TrainEnvironment& environment);

  void resume();
  /// Errors: ConfigError if the weights are of other rows, or for another deployed model.
  void require_rows_of(const std::string& weights) const;
  /// Errors: ConfigError if the ranks are to begin differently.
  void check_ranks() {
    check_same_on_all(group_, fmt::format("{} {}", epochs_done(), state_.fingerprint));
  }
  void run();
  /// Puts the network back to its best epoch.
  void choose_best() { learner_->load(state_.best, config_.checkpoint_path()); }
  bool writes_files() const { return group_.rank() == 0; }
  double accuracy_on(const LabelledRows& rows) {
    return evaluate("test", rows, logits_of(rows), 0, rows.count()).accuracy();
  }
  /// The rows for the final accuracy.
  LabelledRows test_rows(const data::Dataset& test, const data::Dataset& dataset) const;
  TrainPlan plan() const;
  model::Weights weights() const;
  const CurveRow& best_row() const { return state_.curves[state_.best_epoch - 1]; }
  const std::string& fingerprint() const { return state_.fingerprint; }
  std::uint32_t epochs_done() const { return static_cast<std::uint32_t>(state_.curves.size()); }

 private:
  CurveRow run_epoch(std::uint32_t epoch);
  void keep(const CurveRow& row);
  Matrix logits_of(const LabelledRows& rows);
  Average evaluate(const std::string& what, const LabelledRows& rows, const Matrix& logits,
                   std::uint32_t first, std::uint32_t count);
  Examples examples(const LabelledRows& rows, const Matrix& logits,
                    std::span<const std::uint32_t> chosen) const;
  void check_stop() const;
  void check_converging(double loss, std::uint32_t epoch) const;
  void check_labels(std::span<const std::int32_t> labels) const;

  const TrainConfig& config_;
  const TrainEnvironment& environment_;
  transport::Alone alone_;
  transport::Group& group_;
  LabelledRows rows_;
  Task task_;
  Matrix logits_;  // of the deployed model for all rows, where a code is trained
  std::uint32_t training_rows_ = 0;
  model::NetworkSpec network_;
  std::unique_ptr<model::Learner> learner_;
  std::optional<ParallelSteps> steps_;
  Checkpoint state_;
  Progress progress_;
};

Training::Training(const TrainConfig& config, const data::Dataset& dataset,
                   const TrainEnvironment& environment)
    : config_(config),
      environment_(environment),
      group_(environment.group != nullptr ? *environment.group : alone_),
      rows_(LabelledRows::for_training(dataset, config.task.needs_labels())),
      task_(config, rows_.shape()),
      training_rows_(rows_.count() - std::min(config.validation, rows_.count())),
      progress_(writes_files() ? environment.style : ProgressStyle::kNone, config.epochs,
                task_.of_code() ? "reconstructed" : "accuracy") {
  check_augmentation(config.augmentation, rows_.shape());
  if (training_rows_ < task_.group())
    throw ConfigError(fmt::format("/validation is {}", config.validation),
                      fmt::format("the dataset has {} rows for training, and a group has {}",
                                  rows_.count(), task_.group()),
                      "leave rows to train on");
  if (config.validation > 0 && rows_.count() - training_rows_ < task_.group())
    throw ConfigError(fmt::format("/validation is {}", config.validation),
                      fmt::format("a group has {} rows", task_.group()),
                      "hold more out, or set it to 0 to take the last epoch");
  Statistics statistics = describe(rows_, training_rows_);
  task_.adapt(statistics);
  network_ = task_.network(statistics.classes);
  learner_ = model::torch_plugin().make_learner(
      {network_,
       task_.coding(),
       task_.base(),
       {config.optimizer.kind, config.optimizer.weight_decay, config.optimizer.momentum},
       statistics.mean,
       statistics.deviation,
       epoch_stream(config, 0, kTorchSeed)(),
       config.threads,
       config.device});
  steps_.emplace(*learner_, group_, config.shards == 0 ? group_.size() : config.shards);
  state_.config = environment.config;
  state_.fingerprint = statistics.fingerprint;
  if (task_.of_code()) state_.fingerprint += " for " + task_.coding().base_fingerprint;
}

Examples Training::examples(const LabelledRows& rows, const Matrix& logits,
                            std::span<const std::uint32_t> chosen) const {
  Matrix of_chosen;
  if (task_.of_code()) of_chosen = logits(chosen, Eigen::all);
  return task_.examples(rows.at(chosen), std::move(of_chosen));
}

void Training::resume() {
  const std::string path = config_.checkpoint_path();
  auto found = read_checkpoint(path);
  if (!found) return;
  const auto refuse = [&](const std::string& why) {
    throw ConfigError(fmt::format("cannot resume from '{}'", path), why,
                      "undo that, or train without --resume");
  };
  const bool with_epochs = config_.schedule.looks_ahead();
  const std::string there = settings_that_count(found->config, with_epochs);
  const std::string now = settings_that_count(state_.config, with_epochs);
  if (there != now) refuse(other_configuration(there, now));
  if (found->curves.size() > config_.epochs)
    throw ConfigError(fmt::format("/epochs is {}", config_.epochs),
                      fmt::format("'{}' has {} epochs already", path, found->curves.size()),
                      fmt::format("end there with --set /epochs={}", found->curves.size()));
  if (found->fingerprint != state_.fingerprint) refuse(kOtherRows);
  found->devices = devices_from(*found, config_.device);
  found->config = state_.config;
  state_ = std::move(*found);
  learner_->load(state_.tensors, path);
  learner_->restore_optimizer(state_.optimizer, path);
  if (writes_files()) write_curves(config_.results_path(), state_.curves, weights().origin);
}

void Training::require_rows_of(const std::string& weights) const {
  if (model::read_weights_head(weights).origin.fingerprint != state_.fingerprint)
    throw ConfigError(fmt::format("cannot resume '{}'", weights), kOtherRows,
                      "train without --resume: the old file is kept under another name");
}

void Training::run() {
  if (epochs_done() == config_.epochs) return;
  logits_ = logits_of(rows_);
  progress_.begin(epochs_done());
  while (epochs_done() < config_.epochs) {
    const CurveRow row = run_epoch(epochs_done() + 1);
    keep(row);
    progress_.epoch_done(row);
  }
}

/// A loss that is not finite stays so, and the epochs after it might take hours.
void Training::check_converging(double loss, std::uint32_t epoch) const {
  if (std::isfinite(loss)) return;
  throw diverged(config_, fmt::format("the loss is not finite in epoch {}", epoch));
}

CurveRow Training::run_epoch(std::uint32_t epoch) {
  const auto start = std::chrono::steady_clock::now();
  Stream order_stream = epoch_stream(config_, epoch, kOrder);
  const std::vector<std::uint32_t> order = random_permutation(order_stream, training_rows_);
  Stream seeds = epoch_stream(config_, epoch, kTorchSeed);

  CurveRow row{};
  row.epoch = epoch;
  Average average;
  const std::uint32_t group = task_.group(), units = training_rows_ / group;
  for (std::uint32_t done = 0; done < units;) {
    check_stop();
    const std::uint32_t count = std::min(config_.batch, units - done);
    // A random permutation cut into groups; what is left of it does not count in this epoch.
    const std::span rows = std::span(order).subspan(done * group, count * group);
    Examples batch = examples(rows_, logits_, rows);
    augment(config_.augmentation, config_.seed, epoch, rows, rows_.shape(), batch.inputs);
    const double epochs = epoch - 1 + static_cast<double>(done) / units;
    row.learning_rate =
        config_.optimizer.learning_rate * config_.schedule.factor(epochs, config_.epochs);
    average.add(steps_->step(batch, seeds(), row.learning_rate), count);
    done += count;
    check_converging(average.loss(), epoch);
    progress_.rows_done(epoch, done, units, average.loss(), average.accuracy());
  }
  row.train_loss = average.loss();
  row.train_accuracy = average.accuracy();
  const Average validation =
      evaluate("validation", rows_, logits_, training_rows_, rows_.count() - training_rows_);
  row.validation_loss = validation.loss();
  row.validation_accuracy = validation.accuracy();
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return row;
}

void Training::keep(const CurveRow& row) {
  const bool best = state_.best_epoch == 0 || std::isnan(row.validation_accuracy) ||
                    row.validation_accuracy > best_row().validation_accuracy;
  state_.curves.push_back(row);
  state_.tensors = learner_->tensors();
  if (writes_files()) state_.optimizer = learner_->optimizer_state();
  if (best) {
    state_.best_epoch = row.epoch;
    state_.best = state_.tensors;
  }
  if (!writes_files()) return;
  write_checkpoint(config_.checkpoint_path(), state_);
  write_curves(config_.results_path(), state_.curves, weights().origin);
}

/// Every rank computes some of the batches.
Matrix Training::logits_of(const LabelledRows& rows) {
  if (!task_.of_code()) return {};
  const Index outputs = task_.base()->network.outputs;
  Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> logits =
      Eigen::MatrixXf::Zero(rows.count(), outputs);
  for (std::uint32_t first = group_.rank() * kEvaluationBatch; first < rows.count();
       first += group_.size() * kEvaluationBatch) {
    if (group_.size() == 1) check_stop();
    const std::uint32_t count = std::min(kEvaluationBatch, rows.count() - first);
    logits.middleRows(first, count) = task_.logits(rows, first, count).cast<float>();
    progress_.passed("answers of the deployed model", first + count, rows.count());
  }
  group_.sum({logits.data(), static_cast<std::size_t>(logits.size())});
  return logits.cast<double>();
}

Average Training::evaluate(const std::string& what, const LabelledRows& rows, const Matrix& logits,
                           std::uint32_t first, std::uint32_t count) {
  const std::uint32_t group = task_.group(), units = count / group;
  const std::uint32_t batch_units = std::max(1U, kEvaluationBatch / group);
  const std::uint32_t batches = (units + batch_units - 1) / batch_units;
  const auto size = [&](std::uint32_t batch) {
    return std::min(batch_units, units - batch * batch_units);
  };
  std::vector<model::BatchResult> results(batches);
  for (std::uint32_t batch = group_.rank(); batch < batches; batch += group_.size()) {
    if (group_.size() == 1) check_stop();
    std::vector<std::uint32_t> chosen(std::size_t{size(batch)} * group);
    std::iota(chosen.begin(), chosen.end(), first + batch * batch_units * group);
    const Examples some = examples(rows, logits, chosen);
    results[batch] = learner_->evaluate(some.part(0, some.units));
    progress_.passed(what, std::min(count, (batch + 1) * batch_units * group), count);
  }
  results = steps_->combine(std::move(results));
  Average average;
  for (std::uint32_t batch = 0; batch < batches; ++batch) average.add(results[batch], size(batch));
  return average;
}

void Training::check_labels(std::span<const std::int32_t> labels) const {
  for (const std::int32_t label : labels)
    if (label >= network_.outputs)
      throw DataError(fmt::format("the test rows have the label {}", label),
                      fmt::format("the training rows have {} classes", network_.outputs),
                      "give the two datasets that belong together");
}

LabelledRows Training::test_rows(const data::Dataset& test, const data::Dataset& dataset) const {
  // An accuracy on the rows that a network was trained on would say nothing.
  const bool apart =
      config_.dataset == config_.test && dataset.rows(data::Part::kHoldout).value_or(0) > 0;
  if (!apart && source_of(config_.dataset) == source_of(config_.test))
    throw ConfigError("/dataset and /test are the same rows",
                      "the accuracy on them would be that of training",
                      "name another file, or set /dataset/holdout and /test/holdout alike");
  const LabelledRows rows(test, data::Part::kTrials, config_.task.needs_labels());
  if (!interchangeable(rows.shape(), network_.input))
    throw DataError(fmt::format("the test inputs have shape {}", model::to_text(rows.shape())),
                    fmt::format("the training inputs have {}", model::to_text(network_.input)),
                    "give the two datasets that belong together");
  for (std::uint32_t first = 0; first < rows.count(); first += kEvaluationBatch)
    check_labels(rows.range(first, std::min(kEvaluationBatch, rows.count() - first)).labels);
  return rows;
}

TrainPlan Training::plan() const {
  TrainPlan plan{training_rows_, rows_.count() - training_rows_, training_rows_ / task_.group()};
  plan.steps = (plan.units + config_.batch - 1) / config_.batch;
  for (const model::NamedTensor& tensor : learner_->tensors())
    plan.parameters += tensor.values.size();
  return plan;
}

void Training::check_stop() const {
  if (!group_.agree(environment_.stop())) return;
  std::string message =
      fmt::format("training interrupted after {} of {} epochs (a signal); --resume continues it",
                  epochs_done(), config_.epochs);
  if (epochs_done() > 0 && epochs_done() < config_.epochs && !config_.schedule.looks_ahead())
    message += fmt::format(", or end here with --resume --set /epochs={}", epochs_done());
  throw Interrupted(message);
}

model::Weights Training::weights() const {
  model::Weights weights;
  weights.network = network_;
  weights.task = task_.coding();
  weights.tensors = state_.best;
  weights.origin.dataset = config_.dataset.parameters;
  weights.origin.fingerprint = state_.fingerprint;
  weights.origin.validation_accuracy = best_row().validation_accuracy;
  weights.origin.seed = config_.seed;
  weights.origin.threads = config_.threads;
  weights.origin.git_commit = environment_.git_commit;
  weights.origin.command = environment_.command;
  weights.origin.config = environment_.config;
  weights.origin.devices = state_.devices;
  return weights;
}

}  // namespace

TrainPlan plan(const TrainConfig& config, const data::Dataset& dataset, const data::Dataset* test,
               const TrainEnvironment& environment) {
  check_names(config);
  const Training training(config, dataset, environment);
  if (test != nullptr) training.test_rows(*test, dataset);
  return training.plan();
}

TrainOutcome train(const TrainConfig& config, const data::Dataset& dataset,
                   const data::Dataset* test, const TrainEnvironment& environment) {
  check_names(config);
  if (environment.mode == TrainMode::kResume) {
    const auto outcome = finished(config, environment);
    if (environment.group != nullptr)
      check_same_on_all(*environment.group, outcome ? "finished" : "to do");
    if (outcome) {
      Training(config, dataset, environment).require_rows_of(config.weights_path());
      return *outcome;
    }
  }
  // Before the work and not after it: hours are lost where the result cannot be written.
  std::optional<hdf5::Place> weights_place, results_place;
  if (environment.group == nullptr || environment.group->rank() == 0) {
    weights_place.emplace(config.weights_path(), "change /weights");
    results_place.emplace(config.results_path(), "change /results");
  }
  Training training(config, dataset, environment);
  std::optional<LabelledRows> test_rows;
  if (test != nullptr) test_rows.emplace(training.test_rows(*test, dataset));
  if (environment.mode == TrainMode::kResume) training.resume();
  training.check_ranks();
  if (training.epochs_done() == 0 && training.writes_files()) make_room(config, environment);
  training.run();
  training.choose_best();

  model::Weights weights = training.weights();
  if (test_rows) weights.origin.test_accuracy = training.accuracy_on(*test_rows);
  check_finite(weights, config);
  if (training.writes_files()) {
    save(config, weights, environment);
    if (!config.keep_checkpoint) {
      std::error_code ignored;
      std::filesystem::remove(config.checkpoint_path(), ignored);
    }
  }
  return {false, training.best_row().epoch, weights.origin.validation_accuracy,
          weights.origin.test_accuracy};
}

}  // namespace laggard::trainer
