#include "experiment/training/coded_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/stopwatch.hpp"
#include "experiment/fate.hpp"

namespace laggard::training {
namespace {

/// Waits as another policy, and on until the code has every part, or nobody else will come.
class WaitCovered final : public round::WaitPolicy {
 public:
  WaitCovered(const round::WaitPolicy& inner, const schemes::GradientCode& code)
      : inner_(inner), code_(code) {}

  bool satisfied(const round::RoundState& state) const override {
    if (state.coming > 0) return inner_.satisfied(state) && is_covered(state);
    return inner_.satisfied(state) || !is_covered(state);
  }
  Seconds deadline_s(const round::RoundState& state) const override {
    const Seconds inner_s = inner_.deadline_s(state);
    return std::isinf(inner_s) || is_covered(state) ? inner_s
                                                    : std::numeric_limits<Seconds>::infinity();
  }
  bool order_matters() const override { return inner_.order_matters(); }
  std::optional<round::Relaunch> relaunch() const override { return inner_.relaunch(); }

 private:
  // Looks at all workers, so it is asked last.
  bool is_covered(const round::RoundState& state) const {
    return state.in != nullptr && code_.is_covered(*state.in);
  }

  const round::WaitPolicy& inner_;
  const schemes::GradientCode& code_;
};

std::unique_ptr<round::WaitPolicy> covered(const ActivePoint& point,
                                           const round::WaitPolicy& inner) {
  if (!point.code->waits_for_cover()) return nullptr;
  return std::make_unique<WaitCovered>(inner, *point.code);
}

void append(std::vector<round::RankFailure>& failures, const round::Answers& answers) {
  failures.insert(failures.end(), answers.failures.begin(), answers.failures.end());
}

}  // namespace

CodedGradient::CodedGradient(const Setup& setup, const ActivePoint& point, round::Clock& clock,
                             const transport::Roster& roster)
    : setup_(setup),
      point_(point),
      clock_(clock),
      roster_(roster),
      covered_(covered(point, *setup.wait)),
      wait_(covered_ ? *covered_ : *setup.wait) {}

round::RoundRequest CodedGradient::round_of(std::uint32_t trial, std::uint32_t step, Matrix inputs,
                                            Index outputs, const round::Arrivals& arrivals) const {
  round::RoundRequest round;
  round.point = point_.record.point;
  round.trial = trial;
  round.step = step;
  round.scheme = point_.index;
  round.block_size = setup_.config.worker_block;
  round.outputs = outputs;
  round.arrivals = &arrivals;
  round.inputs = std::move(inputs);
  round.timed = false;
  return round;
}

round::RoundRequest CodedGradient::first_round(const Request& request, Index sketch) const {
  round::RoundRequest round =
      round_of(request.trial, request.step, request.tasks, kSketch + sketch, request.arrivals);
  round.shared = request.weights;
  // The virtual clock counts a message to each worker, weights with rows or their numbers, and an
  // answer with its gradient.
  const auto parameters = static_cast<double>(setup_.model->parameters());
  const TaskShape& shape = point_.tasks->shape();
  const Index of_row = setup_.is_static() ? 1 : shape.inputs + shape.classes;
  round.timed = true;
  round.numbers_in = parameters + static_cast<double>(shape.rows * of_row);
  round.numbers_out = parameters;
  round.evaluations = point_.inputs;
  round.backlog = request.backlog;
  return round;
}

GradientEstimate CodedGradient::estimate(const Request& request,
                                         const std::function<void()>& meanwhile,
                                         std::vector<round::RankFailure>& failures) {
  const Index sketch =
      point_.code->weights_need_answers() ? static_cast<Index>(setup_.sketch.size()) : 0;
  const round::Backlog before = request.backlog != nullptr ? *request.backlog : round::Backlog{};
  for (bool first = true;; first = false) {
    if (request.backlog != nullptr) *request.backlog = before;
    const auto pending = clock_.begin(first_round(request, sketch), wait_);
    // Where a real deadline runs, answers must be taken in as they come.
    if (first && !(clock_.is_real() && std::isfinite(setup_.wait->deadline_s({})))) meanwhile();
    const round::Answers ready = clock_.finish(*pending);
    append(failures, ready);
    if (place_again(request, ready, failures)) continue;
    GradientEstimate estimate;
    estimate.workers = ready.workers;
    estimate.waited_s = ready.time_s;
    estimate.collect_s = ready.real_s;
    estimate.compute_s = ready.compute_s;
    estimate.gradient.assign(setup_.model->parameters(), 0.0);
    if (ready.workers.empty()) return estimate;
    const Stopwatch watch;
    const Matrix answers = ready.results.rightCols(sketch);
    const schemes::GradientWeights weights =
        point_.code->gradient_weights(ready.workers, rows_of(answers, 0, answers.rows()));
    estimate.weights = weights.weights;
    estimate.lambda = weights.lambda;
    const bool complete = setup_.config.recipe.decode == "parts"
                              ? add_parts(request, ready, estimate, failures)
                              : add(request, ready, estimate, failures);
    estimate.decode_s = watch.elapsed();
    if (complete) return estimate;
  }
}

void CodedGradient::place(const Placement& placement, std::uint32_t trial,
                          const round::Arrivals& to, std::vector<round::RankFailure>& failures) {
  const round::WaitAll all({});
  std::optional<Matrix> next = placement.portion(0);
  for (std::uint32_t number = 1; next; ++number) {
    const auto pending = clock_.begin(round_of(trial, 0, std::move(*next), /*outputs=*/1, to), all);
    next.reset();
    if (number < placement.portions()) next = placement.portion(number);
    append(failures, clock_.finish(*pending));
  }
}

bool CodedGradient::place_again(const Request& request, const round::Answers& ready,
                                std::vector<round::RankFailure>& failures) {
  if (request.placement == nullptr) return false;
  const auto workers = static_cast<std::uint32_t>(request.tasks.rows());
  std::vector<char> misses(workers);
  for (std::size_t i = 0; i < ready.workers.size(); ++i)
    misses[ready.workers[i]] = ready.results(static_cast<Index>(i), kLargest) == kNoRows;
  std::vector<WorkerId> others;
  for (WorkerId worker = 0; worker < workers; ++worker)
    if (misses[worker] == 0) others.push_back(worker);
  if (others.size() == workers) return false;
  place(*request.placement, request.trial,
        round::without(experiment::everybody_at_once(workers), others), failures);
  return true;
}

bool CodedGradient::add(const Request& request, const round::Answers& ready,
                        GradientEstimate& estimate, std::vector<round::RankFailure>& failures) {
  const std::uint32_t ranks = std::max(roster_.ranks(), 1U);
  const Index workers = request.tasks.rows();
  double largest = 0.0;
  std::size_t terms = 0;
  Matrix inputs = Matrix::Zero(ranks, 2 + workers);
  for (std::size_t i = 0; i < ready.workers.size(); ++i) {
    const double weight = estimate.weights[static_cast<Index>(i)];
    if (weight == 0.0) continue;
    ++terms;
    const double bound = std::abs(weight) * ready.results(static_cast<Index>(i), kLargest);
    largest = std::isnan(bound) ? bound : std::max(largest, bound);
    const std::uint32_t rank = roster_.ranks() == 0 ? 0 : ready.ranks[i] - roster_.name_of(1);
    inputs(rank, 2 + ready.workers[i]) = weight;
  }
  inputs.col(0).setConstant(kAdd);
  inputs.col(1).setConstant(grid_unit(largest, terms));
  const auto parameters = static_cast<Index>(estimate.gradient.size());
  // The others may be busy with tasks that came too late, and have nothing to add.
  std::vector<WorkerId> others;
  for (std::uint32_t rank = 0; rank < ranks; ++rank)
    if ((inputs.row(rank).tail(workers).array() == 0.0).all()) others.push_back(rank);
  const round::Arrivals arrivals = round::without(experiment::everybody_at_once(ranks), others);
  round::RoundRequest round =
      round_of(request.trial, request.step, std::move(inputs), 1 + parameters, arrivals);
  round.block_size = 1;  // block r lives on rank 1 + r
  const round::Answers sums = clock_.collect(std::move(round), round::WaitAll({}));
  append(failures, sums);
  Eigen::Map<Eigen::RowVectorXd> gradient(estimate.gradient.data(), parameters);
  double added = 0.0;
  for (Index row = 0; row < sums.results.rows(); ++row) {
    added += sums.results(row, 0);
    gradient += sums.results.row(row).tail(parameters);
  }
  if (clock_.is_real()) estimate.waited_s += sums.time_s;
  return added == static_cast<double>(terms);
}

bool CodedGradient::add_parts(const Request& request, const round::Answers& ready,
                              GradientEstimate& estimate,
                              std::vector<round::RankFailure>& failures) {
  round::Arrivals arrivals =
      experiment::everybody_at_once(static_cast<std::uint32_t>(request.tasks.rows()));
  std::vector<char> in(arrivals.delay_s.size());
  for (const WorkerId worker : ready.workers) in[worker] = 1;
  for (WorkerId worker = 0; worker < in.size(); ++worker)
    if (in[worker] == 0) arrivals.delay_s[worker] = std::numeric_limits<Seconds>::infinity();
  std::erase_if(arrivals.order, [&](WorkerId worker) { return in[worker] == 0; });
  const auto parameters = static_cast<Index>(estimate.gradient.size());
  const round::Answers fetched = clock_.collect(
      round_of(request.trial, request.step, Matrix::Constant(request.tasks.rows(), 1, kFetch),
               1 + parameters, arrivals),
      round::WaitAll({}));
  append(failures, fetched);
  if (fetched.workers != ready.workers || (fetched.results.col(0).array() != 1.0).any())
    return false;
  const Matrix gradients = fetched.results.rightCols(parameters);
  const Matrix answers = ready.results.rightCols(ready.results.cols() - kSketch);
  const Matrix decoder =
      point_.code->part_decoder(ready.workers, rows_of(answers, 0, answers.rows()));
  // A vector of its own always lies alike in memory, so that the sums have the same bits.
  Eigen::RowVectorXd gradient;
  if (decoder.size() > 0)
    gradient = (decoder * gradients).colwise().mean();
  else
    gradient = estimate.weights.transpose() * gradients;
  estimate.gradient.assign(gradient.data(), gradient.data() + parameters);
  if (clock_.is_real()) estimate.waited_s += fetched.time_s;
  return true;
}

}  // namespace laggard::training
