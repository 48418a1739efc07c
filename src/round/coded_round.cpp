#include "round/coded_round.hpp"

#include <algorithm>
#include <utility>

#include "core/stopwatch.hpp"
#include "math/curve_order.hpp"
#include "metrics/errors.hpp"

namespace laggard::round {
namespace {

/// The matrix that decodes these answers, if there is one.
std::optional<Matrix> decoder_of(const schemes::Scheme& scheme, MatrixView answers,
                                 std::span<const WorkerId> received) {
  const auto* linear = dynamic_cast<const schemes::LinearScheme*>(&scheme);
  if (linear == nullptr) return std::nullopt;
  return linear->applied_decoder(answers, received);
}

/// Lets liars change the answers.
faults::Lies tell_lies(const Attack& attack, const FittedScheme& scheme,
                       const std::vector<WorkerId>& workers, Matrix& results) {
  if (attack.adversaries.silent()) return {};
  const Matrix truth = scheme.in_order(attack.truth);
  return attack.adversaries.lie(
      attack.at, {workers, results, scheme->active_workers(), truth, [&] {
                    return decoder_of(*scheme, rows_of(results, 0, results.rows()), workers);
                  }});
}

schemes::Decoded all_lost(Index points, Index outputs) {
  return {Matrix::Constant(points, outputs, kNaN), static_cast<std::uint32_t>(points)};
}

/// What is left of the answers when some workers' are dropped.
void drop(const std::vector<WorkerId>& flagged, std::vector<WorkerId>& workers, Matrix& results) {
  std::vector<WorkerId> kept;
  std::vector<Index> rows;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    if (std::binary_search(flagged.begin(), flagged.end(), workers[i])) continue;
    kept.push_back(workers[i]);
    rows.push_back(static_cast<Index>(i));
  }
  workers = std::move(kept);
  results = results(rows, Eigen::all).eval();
}

schemes::Decoded decode_told(const schemes::Scheme& scheme, Matrix results,
                             std::vector<WorkerId> workers, const std::vector<WorkerId>& liars,
                             Index points) {
  drop(liars, workers, results);
  schemes::Decoded decoded = workers.empty() && !scheme.decodes_nothing()
                                 ? all_lost(points, results.cols())
                                 : scheme.decode(rows_of(results, 0, results.rows()), workers);
  decoded.flagged = liars;
  return decoded;
}

/// Of the answers that were decoded; none where nothing was.
schemes::Certificates certificates_of(const schemes::Scheme& scheme,
                                      const schemes::Decoded& decoded,
                                      std::vector<WorkerId> workers, Matrix results) {
  const bool lost = decoded.unavailable == decoded.estimates.rows() && !scheme.decodes_nothing();
  if (lost) return {};
  drop(decoded.flagged, workers, results);
  return schemes::certify(scheme, rows_of(results, 0, results.rows()), workers);
}

/// Rows of /workers learn who lied and who was found out.
void mark(std::vector<WorkerRecord>& rows, const std::vector<WorkerId>& liars,
          const std::vector<WorkerId>& flagged) {
  if (rows.empty()) return;
  for (const WorkerId worker : liars) rows[worker].lied = 1;
  for (const WorkerId worker : flagged) rows[worker].rejected = 1;
}

}  // namespace

CodedRound::CodedRound(const CodedTask& task, RoundRequest request, Clock& clock,
                       const WaitPolicy& policy)
    : task_(task),
      clock_(clock),
      scheme_(task.scheme, task.data, task.path),
      outputs_(request.outputs) {
  if (const DataPath* path = scheme_.path()) {
    answer_.path_ratio = path->ratio;
    answer_.order_s = path->order_s;
  }
  const Stopwatch watch;
  schemes::Encoded encoded = scheme_->encode(scheme_.data());
  answer_.encode_s = scheme_.fitted_s() + watch.elapsed();
  answer_.lambda_encode = encoded.lambda;
  if (task.keep_coded) answer_.coded = encoded.inputs;
  width_ = encoded.inputs.cols();
  request.inputs = std::move(encoded.inputs);
  pending_ = clock.begin(std::move(request), policy);
}

Judgement judge(const FittedScheme& scheme, const std::optional<Attack>& attack,
                const std::vector<WorkerId>& workers, Matrix& results) {
  const Index points = scheme.data().rows();
  Judgement made;
  if (workers.empty() && !scheme->decodes_nothing()) {
    made.decoded = all_lost(points, results.cols());
    return made;
  }
  if (attack) made.lies = tell_lies(*attack, scheme, workers, results);
  const Stopwatch watch;
  made.decoded = scheme->is_told_who_lies()
                     ? decode_told(*scheme, results, workers, made.lies.liars, points)
                     : scheme->decode_robustly(rows_of(results, 0, results.rows()), workers);
  made.decode_s = watch.elapsed();
  return made;
}

CodedAnswer CodedRound::finish() {
  answer_.answers = clock_.finish(*std::exchange(pending_, nullptr), true);
  decode();
  mark(answer_.answers.record.rows, answer_.lies.liars, answer_.decoded.flagged);
  clock_.report(std::move(answer_.answers.record));
  count_steps();
  return std::move(answer_);
}

void CodedRound::decode() {
  const std::vector<WorkerId>& workers = answer_.answers.workers;
  Matrix& results = answer_.answers.results;
  results.resize(results.rows(), outputs_);  // of no rows, too
  answer_.nonfinite =
      metrics::count_nonfinite(results.data(), static_cast<std::size_t>(results.size()));
  Judgement made = judge(scheme_, task_.attack, workers, results);
  answer_.decoded = std::move(made.decoded);
  answer_.lies = std::move(made.lies);
  answer_.decode_s = made.decode_s;
  if (task_.certify)
    answer_.certificates = certificates_of(*scheme_, answer_.decoded, workers, results);
  scheme_.restore_order(answer_.decoded);
}

void CodedRound::count_steps() {
  const Index points = task_.data.rows();
  const schemes::CodecCost cost = scheme_->cost(
      {static_cast<double>(points), static_cast<double>(width_), static_cast<double>(outputs_),
       static_cast<double>(answer_.answers.workers.size())});
  const double ordering =
      scheme_.path() != nullptr ? math::path_operations(points, task_.data.cols()) : 0.0;
  answer_.encode_step_s = clock_.step_s(answer_.order_s + answer_.encode_s, cost.encode + ordering);
  answer_.decode_step_s = clock_.step_s(answer_.decode_s, cost.decode);
  answer_.completion_s = answer_.answers.time_s + (answer_.encode_step_s + answer_.decode_step_s);
}

}  // namespace laggard::round
