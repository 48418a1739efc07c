#include "round/coded_round.hpp"

#include <algorithm>
#include <numeric>

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

/// The decoder's matrix, unless it follows from the answers.
std::optional<Matrix> decoder_of(const schemes::Scheme& scheme,
                                 std::span<const WorkerId> received) {
  const auto* linear = dynamic_cast<const schemes::LinearScheme*>(&scheme);
  if (linear == nullptr) return std::nullopt;
  try {
    return linear->decoder_matrix(received);
  } catch (const schemes::NeedsData&) {
    return std::nullopt;
  }
}

/// Lets liars change the answers.
faults::Lies tell_lies(const Attack& attack, const schemes::Scheme& scheme, const DataPath* path,
                       Answers& answers) {
  if (attack.adversaries.silent()) return {};
  const Matrix threaded = path != nullptr ? path->thread(attack.truth) : Matrix();
  return attack.adversaries.lie(attack.at,
                                {answers.workers, answers.results, scheme.active_workers(),
                                 path != nullptr ? threaded : attack.truth,
                                 [&] { return decoder_of(scheme, answers.workers); }});
}

schemes::Decoded all_lost(Index points, Index outputs) {
  return {Matrix::Constant(points, outputs, kNaN), static_cast<std::uint32_t>(points)};
}

/// What is left of the answers when the liars' are dropped.
void drop(const std::vector<WorkerId>& liars, std::vector<WorkerId>& workers, Matrix& results) {
  std::vector<WorkerId> honest;
  std::vector<Index> rows;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    if (std::binary_search(liars.begin(), liars.end(), workers[i])) continue;
    honest.push_back(workers[i]);
    rows.push_back(static_cast<Index>(i));
  }
  workers = std::move(honest);
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

CodedAnswer run_coded_round(const CodedTask& task, RoundRequest request, Clock& clock,
                            const WaitPolicy& policy) {
  CodedAnswer answer;
  const DataPath* const path = path_for(task.scheme, task.data, task.path);
  if (path != nullptr) {
    answer.path_ratio = path->ratio;
    answer.order_s = path->order_s;
  }

  Stopwatch watch;
  const Matrix threaded = path != nullptr ? path->thread(task.data) : Matrix();
  const Matrix& data = path != nullptr ? threaded : task.data;
  const std::unique_ptr<schemes::Scheme> own = task.scheme.for_data(data);
  const schemes::Scheme& scheme = own ? *own : task.scheme;
  schemes::Encoded encoded = scheme.encode(data);
  answer.encode_s = watch.elapsed();
  answer.lambda_encode = encoded.lambda;
  if (task.keep_coded) answer.coded = encoded.inputs;

  const Index outputs = request.outputs;
  const Index width = encoded.inputs.cols();
  request.inputs = std::move(encoded.inputs);
  answer.answers = clock.collect(std::move(request), policy, true);

  if (answer.answers.workers.empty() && !scheme.decodes_nothing()) {
    answer.decoded = all_lost(task.data.rows(), outputs);
  } else {
    Matrix& results = answer.answers.results;
    results.resize(results.rows(), outputs);  // of no rows, too
    answer.nonfinite =
        metrics::count_nonfinite(results.data(), static_cast<std::size_t>(results.size()));
    if (task.attack) answer.lies = tell_lies(*task.attack, scheme, path, answer.answers);
    watch.restart();
    answer.decoded =
        scheme.is_told_who_lies()
            ? decode_told(scheme, results, answer.answers.workers, answer.lies.liars,
                          task.data.rows())
            : scheme.decode_robustly(rows_of(results, 0, results.rows()), answer.answers.workers);
    answer.decode_s = watch.elapsed();
    if (task.certify)
      answer.certificates =
          schemes::certify(scheme, rows_of(results, 0, results.rows()), answer.answers.workers);
    if (path != nullptr) path->unthread(answer.decoded);
  }
  mark(answer.answers.record.rows, answer.lies.liars, answer.decoded.flagged);
  clock.report(std::move(answer.answers.record));
  const schemes::CodecCost cost = scheme.cost(
      {static_cast<double>(data.rows()), static_cast<double>(width), static_cast<double>(outputs),
       static_cast<double>(answer.answers.workers.size())});
  answer.encode_step_s = clock.step_s(
      answer.order_s + answer.encode_s,
      cost.encode + (path != nullptr ? math::path_operations(data.rows(), data.cols()) : 0.0));
  answer.decode_step_s = clock.step_s(answer.decode_s, cost.decode);
  answer.completion_s = answer.answers.time_s + (answer.encode_step_s + answer.decode_step_s);
  return answer;
}

}  // namespace laggard::round
