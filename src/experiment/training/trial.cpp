#include "experiment/training/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/writer.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/records.hpp"
#include "core/sha256.hpp"
#include "core/stopwatch.hpp"
#include "math/curve_order.hpp"

namespace laggard::training {
namespace {

/// Differs if two trainings differ in anything. Neither the number of the point nor that of the
/// trials counts: a run that is continued may have more points and more trials than before. Nor
/// does it matter how often a checkpoint is written.
std::string identity_of(const Setup& setup, const ActivePoint& point, std::uint32_t number) {
  config::JsonWriter writer;
  Config config = setup.config;
  config.trials = {};
  config.trials.most = 1;
  config.recipe.checkpoint_every = 0;
  config.failures.timeout_s = config::FailureConfig().timeout_s;
  config.fields(writer);
  return fmt::format("laggard training 4, scheme {}, trial {}, {}", point.index, number,
                     sha256_of(writer.result().dump()));
}

/// The initial weights of a trial, the same for all its schemes.
std::uint64_t weights_seed(std::uint64_t seed, std::uint32_t number) {
  return Stream({seed, Purpose::kModel, number, 0})();
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](double value) { return std::isfinite(value); });
}

/// Root of the mean square of what is a number; NaN if nothing is.
double root_mean_square(const std::vector<TrainingRecord>& rows, double TrainingRecord::*member) {
  double sum = 0.0, count = 0.0;
  for (const TrainingRecord& row : rows)
    if (!std::isnan(row.*member)) sum += row.*member * (row.*member), count += 1.0;
  return count > 0 ? std::sqrt(sum / count) : kNaN;
}

}  // namespace

Trial::Trial(const Setup& setup, const ActivePoint& point, Evaluation& evaluation,
             round::Clock& clock, const sweep::Bench& bench, std::uint32_t number)
    : setup_(setup),
      point_(point),
      evaluation_(evaluation),
      clock_(clock),
      bench_(bench),
      number_(number),
      source_(*setup.dataset, setup.classes, setup.config.seed, number, setup.is_static(),
              point.arrangement),
      workers_(setup, point, clock, bench.parts.transport.roster()),
      optimizer_(setup.config.recipe.optimizer, setup.config.recipe.learning_rate,
                 setup.config.recipe.momentum, setup.model->parameters()),
      checkpoint_(bench.unfinished, identity_of(setup, point, number)) {}

void Trial::run() {
  const RecipeConfig& recipe = setup_.config.recipe;
  if (auto found = checkpoint_.load()) {
    state_ = std::move(*found);
    for (TrainingRecord& row : state_.rows) row.point = point_.record.point;
    if (state_.is_finished) return finish();
    optimizer_.restore(state_.optimizer);
  } else {
    state_.weights = setup_.model->initial_weights(weights_seed(setup_.config.seed, number_));
    TrainingRecord first;
    first.point = point_.record.point;
    first.trial = number_;
    const Evaluation::Test test = evaluation_.test(state_.weights);
    first.test_loss = test.loss;
    first.test_accuracy = test.accuracy;
    state_.rows.push_back(first);
  }
  place_rows();
  const auto save = [this] {
    state_.optimizer = optimizer_.state();
    checkpoint_.save(state_);
  };
  while (state_.step < recipe.steps && all_finite(state_.weights)) {
    try {
      if (interrupted()) throw Interrupted("interrupted");
      make_step();
    } catch (const Interrupted&) {
      save();
      throw;
    }
    const bool due = recipe.checkpoint_every > 0 && state_.step % recipe.checkpoint_every == 0;
    if (due && state_.step < recipe.steps) save();
  }
  finish();
  keep_finished();
}

/// Its rows are in the file only once all schemes of the trial are done.
void Trial::keep_finished() {
  const RecipeConfig& recipe = setup_.config.recipe;
  constexpr double kWorth = 1e8;  // products; less is made again faster than it is kept
  const double work = static_cast<double>(state_.step) * recipe.batch *
                      static_cast<double>(setup_.model->parameters());
  if (work < kWorth && (recipe.checkpoint_every == 0 || state_.step < recipe.checkpoint_every))
    return checkpoint_.remove();
  state_.is_finished = true;
  state_.weights.clear();
  state_.optimizer.clear();
  checkpoint_.save(state_);
}

void Trial::place_rows() {
  if (!setup_.is_static() || bench_.parts.transport.roster().ranks() == 0) return;
  placement_.emplace(PlacedFor{point_.record.point, number_}, source_, *point_.tasks,
                     point_.arrangement.rows);
  std::vector<round::RankFailure> failures;
  workers_.place(*placement_, number_, experiment::everybody_at_once(setup_.config.workers),
                 failures);
  report(failures);
}

Trial::Prepared Trial::prepare(std::uint32_t step) const {
  const Stopwatch watch;
  Prepared prepared{source_.draw(step), {}, 0.0};
  prepared.tasks = placement_ ? placement_->tasks(step, point_.record.active)
                              : point_.tasks->tasks(prepared.batch);
  prepared.seconds = watch.elapsed();
  return prepared;
}

experiment::Fate Trial::fate_of(std::uint32_t step) const {
  experiment::Fate fate = experiment::draw_fate(
      {*setup_.stragglers, *setup_.delay, *setup_.wait, setup_.speeds, point_.inputs},
      {setup_.config.seed, number_, step}, setup_.config.workers);
  // Whoever has no row has nothing to answer, and must not count as one of the fastest.
  std::vector<WorkerId> without_rows;
  for (WorkerId worker = 0; worker < point_.record.active; ++worker)
    if (point_.inputs[worker] == 0.0) without_rows.push_back(worker);
  if (!without_rows.empty()) fate.arrivals = round::without(fate.arrivals, without_rows);
  return fate;
}

void Trial::make_step() {
  const RecipeConfig& recipe = setup_.config.recipe;
  const std::uint32_t step = state_.step;
  const Stopwatch watch;
  Prepared now = next_ ? std::move(*next_) : prepare(step);
  next_.reset();
  const experiment::Fate fate = fate_of(step);
  const auto weights = std::make_shared<Matrix>(1, static_cast<Index>(state_.weights.size()));
  std::copy(state_.weights.begin(), state_.weights.end(), weights->data());
  std::vector<round::RankFailure> failures;
  // The first batch is encoded while nobody computes.
  const Seconds first_s = step == 0 && !clock_.is_real() ? encoding_s() : 0.0;
  round::Backlog backlog{state_.seconds + first_s, state_.free_s};
  const GradientEstimate estimate = workers_.estimate(
      {number_, step, weights, now.tasks, fate.arrivals,
       setup_.config.time.busy ? &backlog : nullptr, placement_ ? &*placement_ : nullptr},
      // A batch needs no weights: the next one is encoded while workers compute.
      [&] {
        if (step + 1 < recipe.steps) next_ = prepare(step + 1);
      },
      failures);
  report(failures);
  const std::vector<double> before = state_.weights;
  optimizer_.step(estimate.gradient, state_.weights);
  // From here on nothing throws: a checkpoint has the whole step or nothing of it.
  ++state_.step;
  state_.free_s = std::move(backlog.free_s);
  state_.encode_s += now.seconds;
  state_.seconds += clock_.is_real() ? watch.elapsed() : first_s + virtual_seconds(estimate);
  count(estimate);
  const bool last = state_.step == recipe.steps || !all_finite(state_.weights);
  if (last || state_.step % recipe.evaluate_every == 0)
    state_.rows.push_back(row_of(estimate, now.batch, before));
}

Seconds Trial::virtual_seconds(const GradientEstimate& estimate) const {
  const double parameters = static_cast<double>(setup_.model->parameters());
  const double means = setup_.config.recipe.decode == "parts" ? point_.arrangement.parts : 1.0;
  const Seconds decode_s =
      setup_.time.codec_s(2.0 * static_cast<double>(estimate.workers.size()) * means * parameters);
  const bool last = state_.step == setup_.config.recipe.steps;
  return std::max(estimate.waited_s, last ? 0.0 : encoding_s()) + decode_s;
}

Seconds Trial::encoding_s() const {
  // Where all rows were placed beforehand, a step encodes nothing.
  return setup_.is_static() ? 0.0 : setup_.time.codec_s(encoding_operations());
}

double Trial::encoding_operations() const {
  double operations = point_.tasks->flops();
  if (point_.arrangement.ordering == "path")
    operations +=
        math::path_operations(Index{point_.arrangement.parts} * point_.arrangement.rows,
                              point_.tasks->shape().inputs + point_.tasks->shape().classes);
  return operations;
}

void Trial::count(const GradientEstimate& estimate) {
  state_.received += static_cast<double>(estimate.workers.size());
  state_.compute_s += estimate.compute_s;
  state_.collect_s += estimate.collect_s;
  state_.decode_s += estimate.decode_s;
  state_.uncovered_parts += uncovered_parts(point_.assignment, estimate.workers);
  if (estimate.workers.empty()) {
    state_.decoding_error += 1.0;
    return;
  }
  state_.weight_amplification += estimate.weights.cwiseAbs().sum();
  state_.decoding_error +=
      schemes::decoding_error(point_.assignment, estimate.workers, estimate.weights);
}

void Trial::report(const std::vector<round::RankFailure>& failures) {
  for (const round::RankFailure& failure : failures)
    bench_.sink.add_row(
        FailureRecord{point_.record.point, number_, failure.rank, failure.noticed_s});
}

TrainingRecord Trial::row_of(const GradientEstimate& estimate, const Batch& batch,
                             const std::vector<double>& before) {
  TrainingRecord row;
  row.point = point_.record.point;
  row.trial = number_;
  row.step = state_.step;
  row.seconds = state_.seconds;
  const Evaluation::Exact exact =
      evaluation_.exact(before, batch, !setup_.is_static(),
                        Stream({setup_.config.seed, Purpose::kBootstrap, number_, 0, state_.step}));
  row.train_loss = exact.loss;
  row.batch_noise = exact.noise();
  state_.noise_variance += exact.variance;
  state_.noise_length += exact.length;
  // Copies lie alike in memory, so that the sums have the same bits.
  const auto parameters = static_cast<Index>(exact.gradient.size());
  const Vector g = Eigen::Map<const Vector>(exact.gradient.data(), parameters);
  const Vector found = Eigen::Map<const Vector>(estimate.gradient.data(), parameters);
  row.gradient_error = (found - g).norm() / g.norm();
  row.gradient_cosine = found.dot(g) / (found.norm() * g.norm());
  const Evaluation::Test test = evaluation_.test(state_.weights);
  row.test_loss = test.loss;
  row.test_accuracy = test.accuracy;
  row.lambda_decode = estimate.lambda;
  row.received = static_cast<std::uint32_t>(estimate.workers.size());
  row.uncovered_parts = uncovered_parts(point_.assignment, estimate.workers);
  row.samples_used = (batch.parts - row.uncovered_parts) * batch.rows;
  if (!estimate.workers.empty()) {
    row.weight_amplification = estimate.weights.cwiseAbs().sum();
    row.decoding_error =
        schemes::decoding_error(point_.assignment, estimate.workers, estimate.weights);
  }
  const double judged =
      std::isnan(row.test_loss) && !std::isnan(exact.loss) ? exact.loss : row.test_loss;
  const double guess = std::log(static_cast<double>(std::max<Index>(setup_.classes, 2)));
  constexpr double kFar = 100.0;
  row.diverged = !all_finite(state_.weights) || !(judged <= kFar * guess) ? 1 : 0;
  return row;
}

void Trial::finish() {
  const double steps = state_.step;
  const TrainingRecord& last = state_.rows.back();
  RunRecord run;
  run.point = point_.record.point;
  run.trial = number_;
  run.steps = state_.step;
  run.seconds = state_.seconds;
  run.train_loss = last.train_loss;
  run.test_loss = last.test_loss;
  run.test_accuracy = last.test_accuracy;
  run.received = state_.received / steps;
  run.uncovered_parts = state_.uncovered_parts / steps;
  run.weight_amplification = state_.weight_amplification / steps;
  run.decoding_error = state_.decoding_error / steps;
  run.gradient_error = root_mean_square(state_.rows, &TrainingRecord::gradient_error);
  if (state_.noise_length > 0.0)  // NaN is not
    run.batch_noise = std::sqrt(state_.noise_variance / state_.noise_length);
  run.diverged = last.diverged;
  bench_.sink.add_rows(state_.rows);
  bench_.sink.add_row(TimingRecord{run.point, number_, state_.order_s, state_.encode_s,
                                   state_.compute_s, state_.collect_s, state_.decode_s});
  bench_.sink.add_row(run);
}

}  // namespace laggard::training
