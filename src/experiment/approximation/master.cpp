#include "experiment/approximation/master.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/approximation/rehearsal.hpp"
#include "experiment/fate.hpp"
#include "faults/fixed_stragglers.hpp"
#include "metrics/errors.hpp"
#include "round/relaunch.hpp"

namespace laggard::approximation {

void draw_arrivals(const Setup& setup, Trial& trial) {
  draw_arrivals(setup, *setup.stragglers, trial);
}

void draw_arrivals(const Setup& setup, const faults::Stragglers& stragglers, Trial& trial) {
  const faults::Occasion at{setup.config.seed, trial.number, trial.step};
  experiment::Fate fate = experiment::draw_fate(
      {stragglers, *setup.delay, *setup.wait, setup.speeds}, at, setup.config.workers);
  trial.lost = std::move(fate.lost);
  trial.arrivals = std::move(fate.arrivals);
}

namespace {

/// When the answers of the trial are with the master.
round::Arrivals timed_arrivals(const Setup& setup, const Trial& trial, std::uint32_t active) {
  const double bytes = setup.config.time.bytes_per_number;
  const round::RoundWork work{active, bytes * static_cast<double>(setup.dataset->shape().size()),
                              bytes * static_cast<double>(setup.model->outputs())};
  if (const auto relaunch = setup.wait->relaunch())
    return round::arrivals_with_copies(setup.time, *relaunch, work, trial.arrivals, nullptr);
  return setup.time.arrivals(work, trial.arrivals, nullptr);
}

}  // namespace

round::CutOff cut_off(const Setup& setup, const Trial& trial, std::uint32_t active) {
  return round::cut_off(*setup.wait, timed_arrivals(setup, trial, active), active);
}

namespace {

constexpr std::string_view kPredictions = "/predictions";

}  // namespace

Layout layout_of(const OutputConfig& output) {
  Layout layout{{{&table_of<TrialRecord>(), TableRole::kUnit},
                 {&table_of<TimingRecord>(), TableRole::kOfUnit}},
                {}};
  if (output.workers) layout.tables.push_back({&table_of<WorkerRecord>(), TableRole::kLate});
  if (output.anytime) layout.tables.push_back({&table_of<AnytimeRecord>(), TableRole::kOfUnit});
  if (output.predictions)
    layout.groups.push_back({kPredictions,
                             {"inputs", "truth", "decoded", "lost", "shape"},
                             output.predicted(UINT32_MAX)});
  return layout;
}

data::Sample draw_sample(const Setup& setup, std::uint32_t number, data::Part part) {
  const bool holdout = part == data::Part::kHoldout;
  Stream stream({setup.config.seed, holdout ? Purpose::kHoldout : Purpose::kData, number, 0});
  return setup.dataset->draw(stream, setup.config.data_points, part);
}

Trial draw_trial(const Setup& setup, std::uint32_t number, data::Part part) {
  Trial trial;
  trial.number = number;
  trial.step = part == data::Part::kHoldout ? kTuningStep : 0;
  trial.sample = draw_sample(setup, number, part);
  draw_arrivals(setup, trial);
  return trial;
}

void find_truth(const Setup& setup, Trial& trial) {
  const Matrix& inputs = trial.sample.inputs;
  trial.truth.resize(inputs.rows(), setup.model->outputs());
  setup.model->forward(rows_of(inputs, 0, inputs.rows()),
                       MatrixSpan(trial.truth.data(), trial.truth.rows(), trial.truth.cols()));
  trial.truth_nonfinite =
      metrics::count_nonfinite(trial.truth.data(), static_cast<std::size_t>(trial.truth.size()));
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

/// By the time of arrival; chance settles ties even where the wait policy does not ask.
std::vector<WorkerId> arrival_order(const Setup& setup, const Trial& trial,
                                    const round::Arrivals& arrivals) {
  if (setup.wait->order_matters()) return arrivals.order;
  const faults::Occasion at{setup.config.seed, trial.number, trial.step};
  return experiment::order_of_arrival(arrivals.delay_s, &at);
}

}  // namespace

round::RoundRequest Master::request_of(const Trial& trial, const ActivePoint& point) const {
  round::RoundRequest request;
  request.point = point.record.point;
  request.trial = trial.number;
  request.step = trial.step;
  request.scheme = point.index;
  request.block_size = setup_.config.worker_block;
  request.outputs = setup_.model->outputs();
  // Nothing is known here of how other functions than f treat a batch.
  request.rowwise = setup_.model->rowwise() && point.functions.models.empty();
  request.keep_workers = setup_.config.output.workers;
  request.arrivals = &trial.arrivals;
  return request;
}

bool Master::rehearses() const {
  return setup_.stragglers->knows_scheme() || setup_.config.output.anytime;
}

std::size_t Master::depth(const Work& work) const {
  if (clock_->is_real() || ranks_.ranks() == 0 || rehearses()) return 1;
  constexpr std::size_t kMost = 3;           // one is decoded, one computed, one on its way
  constexpr double kMost_bytes = 128 << 20;  // of their rounds
  const auto width = static_cast<double>(setup_.dataset->shape().size() + setup_.model->outputs());
  double largest = 1.0;
  for (const ActivePoint* point : work.points)
    largest = std::max(largest, point->scheme->active_workers() * width * sizeof(double));
  return static_cast<std::size_t>(
      std::clamp(kMost_bytes / largest, 1.0, static_cast<double>(kMost)));
}

void Master::run(const Work& work, const std::optional<Work>& next,
                 const std::function<void()>& done) {
  auto current =
      ahead_ && ahead_->work == work ? std::move(ahead_) : std::make_unique<Underway>(work);
  ahead_ = next ? std::make_unique<Underway>(*next) : nullptr;
  const std::size_t most = depth(work);
  const auto room = [&] {
    return current->started.size() + (ahead_ ? ahead_->started.size() : 0) < most;
  };
  while (!current->all_started() || !current->started.empty()) {
    while (room() && !current->all_started()) start_next(*current, most);
    while (room() && ahead_ && !ahead_->all_started()) start_next(*ahead_, most);
    if (current->trial->truth.size() == 0) find_truth(setup_, *current->trial);
    finish(*current->trial, *current->started.front());
    current->started.pop_front();
    done();
  }
}

void Master::start_next(Underway& underway, std::size_t most) {
  if (!underway.trial) {
    underway.trial = draw_trial(setup_, underway.work.trial);
    // Else the workers compute meanwhile.
    if (most == 1) find_truth(setup_, *underway.trial);
  }
  underway.started.push_back(start(*underway.trial, *underway.work.points[underway.next++]));
}

std::unique_ptr<Master::Started> Master::start(const Trial& trial, const ActivePoint& point) {
  const bool worst = setup_.stragglers->knows_scheme();
  auto started = std::make_unique<Started>(Started{point});
  const Trial* own = &trial;
  const round::Attack attack{
      *setup_.adversaries, {setup_.config.seed, trial.number, trial.step}, trial.truth};
  if (rehearses()) {
    const Rehearsal rehearsal(trial, point, attack, request_of(trial, point), *clock_);
    report(rehearsal.failures(), trial, point);
    if (worst) {
      auto hit = std::make_unique<Trial>(trial);
      const auto count = setup_.stragglers->expected(setup_.config.workers);
      draw_arrivals(
          setup_,
          faults::ListedStragglers(faults::ListedStragglers::Config{rehearsal.worst(count)}), *hit);
      started->random_mse =
          rehearsal.mse_from(cut_off(setup_, trial, point.scheme->active_workers()).used);
      own = hit.get();
      started->hit = std::move(hit);
    }
    if (setup_.config.output.anytime) {
      const round::Arrivals arrivals = timed_arrivals(setup_, *own, point.scheme->active_workers());
      sink_.add_rows(rehearsal.anytime(arrival_order(setup_, *own, arrivals), arrivals.delay_s));
    }
  }
  started->round = std::make_unique<round::CodedRound>(
      round::CodedTask{*point.scheme, own->sample.inputs, own->path,
                       predicts(trial) && setup_.config.output.coded, attack,
                       setup_.config.output.certificates},
      request_of(*own, point), *clock_, *setup_.wait);
  return started;
}

bool Master::predicts(const Trial& trial) const {
  return trial.number < setup_.config.output.predicted(setup_.config.trials.most);
}

void Master::finish(const Trial& drawn, Started& started) {
  const Trial& trial = started.hit ? *started.hit : drawn;
  const ActivePoint& point = started.point;
  round::CodedAnswer coded = started.round->finish();
  report(coded.answers.failures, trial, point);
  TrialRecord record = record_of(trial, point, coded);
  record.random_mse = started.random_mse;
  // Predictions first: a trial counts as finished once its row is there. Rows of its workers may
  // come later, see WorkerLedger.
  if (predicts(trial)) report_predictions(trial, point, coded);
  sink_.add_row(TimingRecord{record.point, record.trial, coded.order_s, coded.encode_s,
                             coded.answers.compute_s, coded.answers.real_s, coded.decode_s});
  sink_.add_row(record);
}

void Master::report(const std::vector<round::RankFailure>& failures, const Trial& trial,
                    const ActivePoint& point) {
  for (const round::RankFailure& failure : failures)
    sink_.add_row(FailureRecord{point.record.point, trial.number, failure.rank, failure.noticed_s});
}

TrialRecord Master::record_of(const Trial& trial, const ActivePoint& point,
                              const round::CodedAnswer& coded) const {
  TrialRecord record;
  record.point = point.record.point;
  record.trial = trial.number;
  record.received = static_cast<std::uint32_t>(coded.answers.workers.size());
  record.unavailable = coded.decoded.unavailable;
  record.nonfinite = trial.truth_nonfinite + coded.nonfinite;
  record.lambda_encode = coded.lambda_encode;
  record.lambda_decode = coded.decoded.lambda;
  record.decoder = coded.decoded.chosen;
  record.degree = coded.decoded.degree;
  record.path_ratio = coded.path_ratio;
  record.collect_s = coded.answers.time_s;
  record.completion_s = coded.completion_s;
  if (clock_->counts_steps()) {
    record.encode_s = coded.encode_step_s;
    record.decode_s = coded.decode_step_s;
  }
  if (clock_->is_real()) record.compute_s = coded.answers.compute_s;
  const std::vector<WorkerId>& liars = coded.lies.liars;
  record.liars = static_cast<std::uint32_t>(liars.size());
  record.flagged = static_cast<std::uint32_t>(coded.decoded.flagged.size());
  record.caught = static_cast<std::uint32_t>(std::count_if(
      coded.decoded.flagged.begin(), coded.decoded.flagged.end(),
      [&](WorkerId worker) { return std::binary_search(liars.begin(), liars.end(), worker); }));
  record.worst_error = coded.lies.largest_error;
  record.largest_gap = coded.certificates.largest_gap;
  record.lebesgue = coded.certificates.lebesgue;
  record.noise_gain = coded.certificates.noise_gain;
  put_errors(record, metrics::measure(trial.truth, coded.decoded.estimates, trial.sample.labels,
                                      coded.decoded.reconstructed));
  return record;
}

void Master::report_predictions(const Trial& trial, const ActivePoint& point,
                                round::CodedAnswer& coded) const {
  const auto& extents = setup_.dataset->shape().extents;
  Arrays arrays{kPredictions, point.record.point, trial.number, {}};
  arrays.members = {{"inputs", trial.sample.inputs},
                    {"truth", trial.truth},
                    {"decoded", std::move(coded.decoded.estimates)},
                    {"lost", trial.lost},
                    {"used", coded.answers.workers}};
  if (setup_.config.output.coded) {
    arrays.members.push_back({"coded", std::move(coded.coded)});
    arrays.members.push_back({"answers", std::move(coded.answers.results)});
  }
  arrays.members.push_back({"shape", std::vector<std::uint32_t>(extents.begin(), extents.end())});
  sink_.add(std::move(arrays));
}

}  // namespace laggard::approximation
