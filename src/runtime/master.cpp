#include "runtime/master.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/stopwatch.hpp"
#include "math/curve_order.hpp"
#include "metrics/errors.hpp"

namespace laggard::runtime {
namespace {

void thread_on_path(Trial& trial) {
  const Stopwatch watch;
  trial.order = math::short_path(trial.sample.inputs);
  trial.order_s = watch.elapsed();
  std::vector<std::uint32_t> drawn(trial.order.size());
  std::iota(drawn.begin(), drawn.end(), 0U);
  trial.path_ratio = math::path_length(trial.sample.inputs, trial.order) /
                     math::path_length(trial.sample.inputs, drawn);
}

void draw_arrivals(const Setup& setup, Trial& trial) {
  const std::uint64_t seed = setup.config.seed;
  const std::uint32_t workers = setup.config.workers;
  trial.lost = setup.stragglers->select(seed, trial.number, workers);
  auto& [delay_s, order] = trial.arrivals;
  delay_s.assign(workers, 0.0);
  for (const WorkerId worker : trial.lost)
    delay_s[worker] = std::numeric_limits<Seconds>::infinity();
  if (setup.config.wait.kind != "all") {
    // Who of several equally fast ones is first is chance.
    Stream stream({seed, Purpose::kTies, trial.number, 0});
    order = random_permutation(stream, workers);
  } else {
    order.resize(workers);
    std::iota(order.begin(), order.end(), WorkerId{0});
  }
  std::erase_if(order, [&](WorkerId worker) { return std::isinf(delay_s[worker]); });
  for (const WorkerId worker : order)
    delay_s[worker] = setup.delay->sample({seed, trial.number, worker});
  const auto sooner = [&](WorkerId a, WorkerId b) { return delay_s[a] < delay_s[b]; };
  if (!std::is_sorted(order.begin(), order.end(), sooner))
    std::stable_sort(order.begin(), order.end(), sooner);
}

constexpr std::string_view kPredictions = "/predictions";

}  // namespace

Layout layout_of(const config::OutputConfig& output) {
  Layout layout{{{&table_of<TrialRecord>(), TableRole::kUnit},
                 {&table_of<TimingRecord>(), TableRole::kOfUnit},
                 {&table_of<FailureRecord>(), TableRole::kLog}},
                {}};
  if (output.workers) layout.tables.push_back({&table_of<WorkerRecord>(), TableRole::kLate});
  if (output.predictions)
    layout.groups.push_back({kPredictions,
                             {"inputs", "truth", "decoded", "lost", "shape"},
                             output.predicted(UINT32_MAX)});
  return layout;
}

Trial draw_trial(const Setup& setup, std::uint32_t number, data::Part part) {
  const bool holdout = part == data::Part::kHoldout;
  Trial trial;
  // Losses and noise are addressed by the trial's number: tuning takes the other half of the range.
  trial.number = holdout ? number | 0x80000000U : number;
  const auto& config = setup.config;
  Stream stream({config.seed, holdout ? Purpose::kHoldout : Purpose::kData, number, 0});
  trial.sample = setup.dataset->draw(stream, config.data_points, part);
  const Matrix& inputs = trial.sample.inputs;
  trial.truth.resize(inputs.rows(), setup.model->outputs());
  setup.model->forward(rows_of(inputs, 0, inputs.rows()),
                       MatrixSpan(trial.truth.data(), trial.truth.rows(), trial.truth.cols()));
  trial.truth_nonfinite =
      metrics::count_nonfinite(trial.truth.data(), static_cast<std::size_t>(trial.truth.size()));
  if (std::any_of(setup.points.begin(), setup.points.end(), [](const ActivePoint& point) {
        return point.scheme && point.scheme->path_ordering();
      }))
    thread_on_path(trial);
  draw_arrivals(setup, trial);
  return trial;
}

namespace {

void put_errors(TrialRecord& record, const metrics::Errors& errors) {
  record.mse = errors.mse;
  record.max_error = errors.max_error;
  record.relative_error = errors.relative_error;
  record.accuracy = errors.accuracy;
  record.base_accuracy = errors.base_accuracy;
  record.agreement = errors.agreement;
  record.reconstructed = errors.reconstructed;
  record.degraded_accuracy = errors.degraded_accuracy;
  record.reconstruction_accuracy = errors.reconstruction_accuracy;
}

}  // namespace

Answers Master::collect(const Trial& trial, const ActivePoint& point, Matrix inputs) {
  RoundRequest request;
  request.point = point.record.point;
  request.trial = trial.number;
  request.scheme = point.index;
  request.block_size = setup_.config.worker_block;
  request.outputs = setup_.model->outputs();
  // Nothing is known here of how other functions than f treat a batch.
  request.rowwise = setup_.model->rowwise() && point.functions.models.empty();
  request.keep_workers = setup_.config.output.workers;
  request.arrivals = &trial.arrivals;
  request.inputs = std::move(inputs);
  return clock_->collect(std::move(request), *setup_.wait);
}

void Master::run(const Trial& trial, const ActivePoint& point) {
  const schemes::Scheme& scheme = *point.scheme;
  const bool path = scheme.path_ordering();
  TrialRecord record;
  record.point = point.record.point;
  record.trial = trial.number;
  TimingRecord timing{record.point, record.trial, path ? trial.order_s : 0.0, 0.0, 0.0, 0.0, 0.0};
  if (path) record.path_ratio = trial.path_ratio;

  Stopwatch watch;
  const Matrix& inputs = trial.sample.inputs;
  schemes::Encoded encoded =
      path ? scheme.encode(inputs(trial.order, Eigen::all)) : scheme.encode(inputs);
  timing.encode_s = watch.elapsed();
  record.lambda_encode = encoded.lambda;

  const config::OutputConfig& output = setup_.config.output;
  const bool predicted = trial.number < output.predicted(setup_.config.trials);
  const Matrix coded = predicted && output.coded ? encoded.inputs : Matrix();
  Answers answers = collect(trial, point, std::move(encoded.inputs));
  record.received = static_cast<std::uint32_t>(answers.workers.size());
  record.collect_s = answers.time_s;
  timing.collect_s = answers.real_s;
  timing.compute_s = answers.compute_s;
  record.nonfinite = trial.truth_nonfinite;
  for (const RankFailure& failure : answers.failures)
    sink_.add_row(FailureRecord{record.point, record.trial, failure.rank, failure.noticed_s});

  Matrix estimates;
  std::vector<bool> reconstructed;
  if (answers.workers.empty() && !scheme.decodes_nothing()) {
    record.unavailable = setup_.config.data_points;
    estimates = Matrix::Constant(trial.truth.rows(), trial.truth.cols(), kNaN);
  } else {
    Matrix& results = answers.results;
    results.resize(results.rows(), trial.truth.cols());  // of no rows, too
    record.nonfinite +=
        metrics::count_nonfinite(results.data(), static_cast<std::size_t>(results.size()));
    watch.restart();
    schemes::Decoded decoded = scheme.decode(rows_of(results, 0, results.rows()), answers.workers);
    timing.decode_s = watch.elapsed();
    record.unavailable = decoded.unavailable;
    record.lambda_decode = decoded.lambda;
    reconstructed = std::move(decoded.reconstructed);
    if (path) {
      estimates.resizeLike(decoded.estimates);
      estimates(trial.order, Eigen::all) = decoded.estimates;
    } else {
      estimates = std::move(decoded.estimates);
    }
  }
  put_times(record, timing);
  put_errors(record, metrics::measure(trial.truth, estimates, trial.sample.labels, reconstructed));
  // Predictions first: a trial counts as finished once its row is there. Rows of its workers may
  // come later, see WorkerLedger.
  if (predicted) {
    const auto& extents = setup_.dataset->shape().extents;
    Arrays arrays{kPredictions, record.point, record.trial, {}};
    arrays.members = {{"inputs", trial.sample.inputs},
                      {"truth", trial.truth},
                      {"decoded", std::move(estimates)},
                      {"lost", trial.lost},
                      {"used", answers.workers}};
    if (output.coded) arrays.members.push_back({"coded", coded});
    arrays.members.push_back({"shape", std::vector<std::uint32_t>(extents.begin(), extents.end())});
    sink_.add(std::move(arrays));
  }
  sink_.add_row(timing);
  sink_.add_row(record);
}

void Master::put_times(TrialRecord& record, const TimingRecord& timing) const {
  record.completion_s = record.collect_s;
  if (!clock_->is_real()) return;
  record.encode_s = timing.order_s + timing.encode_s;
  record.compute_s = timing.compute_s;
  record.decode_s = timing.decode_s;
  record.completion_s = record.encode_s + record.collect_s + record.decode_s;
}

}  // namespace laggard::runtime
