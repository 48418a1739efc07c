#include "round/coded_round.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/stopwatch.hpp"
#include "math/curve_order.hpp"
#include "metrics/errors.hpp"

namespace laggard::round {
namespace {

DataPath path_through(const Matrix& data) {
  DataPath path;
  const Stopwatch watch;
  path.order = math::short_path(data);
  path.order_s = watch.elapsed();
  std::vector<std::uint32_t> given(path.order.size());
  std::iota(given.begin(), given.end(), 0U);
  path.ratio = math::path_length(data, path.order) / math::path_length(data, given);
  return path;
}

/// The matrix that decodes these answers, if there is one.
std::optional<Matrix> decoder_of(const schemes::Scheme& scheme, MatrixView answers,
                                 std::span<const WorkerId> received) {
  const auto* linear = dynamic_cast<const schemes::LinearScheme*>(&scheme);
  if (linear == nullptr) return std::nullopt;
  return linear->applied_decoder(answers, received);
}

/// Lets liars change the answers.
faults::Lies tell_lies(const Attack& attack, const schemes::Scheme& scheme, const DataPath* path,
                       const std::vector<WorkerId>& workers, Matrix& results) {
  if (attack.adversaries.silent()) return {};
  const Matrix threaded = path != nullptr ? path->thread(attack.truth) : Matrix();
  return attack.adversaries.lie(
      attack.at,
      {workers, results, scheme.active_workers(), path != nullptr ? threaded : attack.truth,
       [&] { return decoder_of(scheme, rows_of(results, 0, results.rows()), workers); }});
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

void DataPath::unthread(schemes::Decoded& decoded) const {
  Matrix estimates(decoded.estimates.rows(), decoded.estimates.cols());
  estimates(order, Eigen::all) = decoded.estimates;
  decoded.estimates = std::move(estimates);
  if (decoded.reconstructed.empty()) return;
  std::vector<bool> reconstructed(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) reconstructed[order[i]] = decoded.reconstructed[i];
  decoded.reconstructed = std::move(reconstructed);
}

const DataPath* path_for(const schemes::Scheme& scheme, const Matrix& data,
                         std::optional<DataPath>& found) {
  if (!scheme.path_ordering()) return nullptr;
  if (!found) found = path_through(data);
  return &*found;
}

CodedRound::CodedRound(const CodedTask& task, RoundRequest request, Clock& clock,
                       const WaitPolicy& policy)
    : task_(task),
      clock_(clock),
      path_(path_for(task.scheme, task.data, task.path)),
      outputs_(request.outputs) {
  if (path_ != nullptr) {
    answer_.path_ratio = path_->ratio;
    answer_.order_s = path_->order_s;
  }
  const Stopwatch watch;
  if (path_ != nullptr) threaded_ = path_->thread(task.data);
  const Matrix& data = path_ != nullptr ? threaded_ : task.data;
  own_ = task.scheme.for_data(data);
  schemes::Encoded encoded = scheme().encode(data);
  answer_.encode_s = watch.elapsed();
  answer_.lambda_encode = encoded.lambda;
  if (task.keep_coded) answer_.coded = encoded.inputs;
  width_ = encoded.inputs.cols();
  request.inputs = std::move(encoded.inputs);
  pending_ = clock.begin(std::move(request), policy);
}

Judgement judge(const schemes::Scheme& scheme, const DataPath* path,
                const std::optional<Attack>& attack, Index points,
                const std::vector<WorkerId>& workers, Matrix& results) {
  Judgement made;
  if (workers.empty() && !scheme.decodes_nothing()) {
    made.decoded = all_lost(points, results.cols());
    return made;
  }
  if (attack) made.lies = tell_lies(*attack, scheme, path, workers, results);
  const Stopwatch watch;
  made.decoded = scheme.is_told_who_lies()
                     ? decode_told(scheme, results, workers, made.lies.liars, points)
                     : scheme.decode_robustly(rows_of(results, 0, results.rows()), workers);
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
  Judgement made = judge(scheme(), path_, task_.attack, task_.data.rows(), workers, results);
  answer_.decoded = std::move(made.decoded);
  answer_.lies = std::move(made.lies);
  answer_.decode_s = made.decode_s;
  if (task_.certify)
    answer_.certificates = certificates_of(scheme(), answer_.decoded, workers, results);
  if (path_ != nullptr) path_->unthread(answer_.decoded);
}

void CodedRound::count_steps() {
  const Index points = task_.data.rows();
  const schemes::CodecCost cost = scheme().cost(
      {static_cast<double>(points), static_cast<double>(width_), static_cast<double>(outputs_),
       static_cast<double>(answer_.answers.workers.size())});
  const double ordering = path_ != nullptr ? math::path_operations(points, task_.data.cols()) : 0.0;
  answer_.encode_step_s = clock_.step_s(answer_.order_s + answer_.encode_s, cost.encode + ordering);
  answer_.decode_step_s = clock_.step_s(answer_.decode_s, cost.decode);
  answer_.completion_s = answer_.answers.time_s + (answer_.encode_step_s + answer_.decode_step_s);
}

}  // namespace laggard::round
