#include "runtime/master.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "core/interrupt.hpp"
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
  trial.arriving.reserve(workers - trial.lost.size());
  const auto is_lost = [&](WorkerId worker) {
    return std::binary_search(trial.lost.begin(), trial.lost.end(), worker);
  };
  if (setup.config.wait.kind != "all") {
    // Who of several equally fast ones is first is chance.
    Stream stream({seed, Purpose::kTies, trial.number, 0});
    for (const WorkerId worker : random_permutation(stream, workers))
      if (!is_lost(worker)) trial.arriving.push_back(worker);
  } else {
    auto next = trial.lost.begin();
    for (WorkerId worker = 0; worker < workers; ++worker) {
      if (next != trial.lost.end() && *next == worker)
        ++next;
      else
        trial.arriving.push_back(worker);
    }
  }
  trial.delay_s.reserve(trial.arriving.size());
  for (const WorkerId worker : trial.arriving)
    trial.delay_s.push_back(setup.delay->sample({seed, trial.number, worker}));
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

Arrivals without(const Arrivals& arrivals, const std::vector<WorkerId>& more) {
  Arrivals result;
  std::set_union(arrivals.lost.begin(), arrivals.lost.end(), more.begin(), more.end(),
                 std::back_inserter(result.lost));
  for (std::size_t i = 0; i < arrivals.arriving.size(); ++i) {
    if (std::binary_search(more.begin(), more.end(), arrivals.arriving[i])) continue;
    result.arriving.push_back(arrivals.arriving[i]);
    result.delay_s.push_back(arrivals.delay_s[i]);
  }
  return result;
}

CutOff cut_off_among(const Arrivals& all, std::uint32_t active, const WaitPolicy& policy) {
  const auto lost = static_cast<std::uint32_t>(
      std::lower_bound(all.lost.begin(), all.lost.end(), active) - all.lost.begin());
  if (all.arriving.size() + all.lost.size() == active)
    return cut_off(policy, all.arriving, all.delay_s, lost);
  std::vector<WorkerId> workers;
  std::vector<Seconds> arrivals;
  for (std::size_t i = 0; i < all.arriving.size(); ++i) {
    if (all.arriving[i] >= active) continue;
    workers.push_back(all.arriving[i]);
    arrivals.push_back(all.delay_s[i]);
  }
  return cut_off(policy, workers, arrivals, lost);
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

const CutOff& Master::cut_off_of(const Trial& trial, std::uint32_t active) {
  if (!last_cut_ || last_cut_->trial != trial.number || last_cut_->active != active)
    last_cut_ = {trial.number, active, cut_off_among(trial, active, *setup_.wait)};
  return last_cut_->cut;
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

std::vector<WorkerId> Master::homeless(std::uint32_t active) const {
  const std::uint32_t size = setup_.config.worker_block;
  std::vector<WorkerId> workers;
  for (WorkerId worker = 0; worker < active; ++worker)
    if (transport_.roster().is_lost(worker / size)) workers.push_back(worker);
  return workers;
}

Answers Master::collect_virtually(const Trial& trial, const ActivePoint& point, Matrix inputs,
                                  TimingRecord& timing) {
  const std::uint32_t active = point.scheme->active_workers();
  CutOff cut = cut_off_of(trial, active);
  std::vector<WorkerId> failed;
  if (transport_.roster().any_lost()) {
    failed = homeless(active);
    cut = cut_off_among(without(trial, failed), active, *setup_.wait);
  }
  // Nothing is known here of how other functions than f treat a batch.
  const bool together =
      transport_.roster().ranks() == 0 && setup_.model->rowwise() && point.functions.models.empty();
  const VirtualRound round{trial.number, point.index, setup_.config.worker_block,
                           setup_.model->outputs(), together};
  const auto shared = std::make_shared<const Matrix>(std::move(inputs));
  Answers answers;
  Computed computed;
  while (!cut.used.empty()) {
    computed = compute_on_virtual_clock(transport_, round, cut.used, shared, timing);
    answers.failed_ranks.insert(answers.failed_ranks.end(), computed.failed_ranks.begin(),
                                computed.failed_ranks.end());
    if (computed.failed.empty()) break;
    failed = homeless(active);
    cut = cut_off_among(without(trial, failed), active, *setup_.wait);
  }
  if (setup_.config.output.workers) report_workers(trial, point, cut, computed, failed);
  answers.time_s = cut.time_s;
  answers.workers = std::move(cut.used);
  answers.results = std::move(computed.results);
  return answers;
}

Answers Master::collect_really(const Trial& trial, const ActivePoint& point, Matrix inputs,
                               TimingRecord& timing) {
  std::vector<Seconds> delays(point.scheme->active_workers(),
                              std::numeric_limits<Seconds>::infinity());
  for (std::size_t i = 0; i < trial.arriving.size(); ++i)
    if (trial.arriving[i] < delays.size()) delays[trial.arriving[i]] = trial.delay_s[i];
  return collect_on_wall_clock(
      transport_,
      {trial.number, point.index, setup_.config.worker_block, setup_.model->outputs(), delays,
       setup_.config.output.workers, point.record.point},
      *setup_.wait, std::move(inputs), ledger_, timing);
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
  Answers answers = on_wall_clock()
                        ? collect_really(trial, point, std::move(encoded.inputs), timing)
                        : collect_virtually(trial, point, std::move(encoded.inputs), timing);
  record.received = static_cast<std::uint32_t>(answers.workers.size());
  record.collect_s = answers.time_s;
  record.nonfinite = trial.truth_nonfinite;
  report_failures(record, answers.failed_ranks);

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
  if (!on_wall_clock()) return;
  record.encode_s = timing.order_s + timing.encode_s;
  record.compute_s = timing.compute_s;
  record.decode_s = timing.decode_s;
  record.completion_s = record.encode_s + record.collect_s + record.decode_s;
}

void Master::report_workers(const Trial& trial, const ActivePoint& point, const CutOff& cut,
                            const Computed& computed, const std::vector<WorkerId>& failed) {
  const std::uint32_t active = point.scheme->active_workers();
  std::vector<WorkerRecord> records(active);
  for (WorkerId worker = 0; worker < active; ++worker) {
    WorkerRecord& record = records[worker];
    record.point = point.record.point;
    record.trial = trial.number;
    record.worker = worker;
    record.rank = transport_.roster().rank_of(worker / setup_.config.worker_block);
    record.status = WorkerStatus::kLost;
  }
  for (std::size_t i = 0; i < trial.arriving.size(); ++i) {
    const WorkerId worker = trial.arriving[i];
    if (worker >= active) continue;
    records[worker].status = WorkerStatus::kLate;
    records[worker].delay_s = trial.delay_s[i];
    records[worker].arrival_s = trial.delay_s[i];
  }
  for (const WorkerId worker : failed) {
    if (records[worker].status == WorkerStatus::kLost) continue;  // it would not have answered
    records[worker].status = WorkerStatus::kFailed;
    records[worker].arrival_s = kNaN;
  }
  for (std::size_t i = 0; i < cut.used.size(); ++i) {
    records[cut.used[i]].status = WorkerStatus::kUsed;
    records[cut.used[i]].rank = computed.ranks[i];
  }
  sink_.add_rows(records);
}

void Master::report_failures(const TrialRecord& record, const std::vector<std::uint32_t>& ranks) {
  for (const std::uint32_t rank : ranks)
    sink_.add_row(FailureRecord{record.point, record.trial, rank, ledger_.now_s()});
}

}  // namespace laggard::runtime
