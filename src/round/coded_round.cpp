#include "round/coded_round.hpp"

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

/// Operations to find a path: the distances. Its improvements need no more than some passes over
/// the K^2 of them, and scalars are sorted.
double path_flops(const Matrix& data) {
  const auto points = static_cast<double>(data.rows()), width = static_cast<double>(data.cols());
  return width > 1.0 ? 1.5 * points * points * width : 0.0;
}

schemes::Decoded all_lost(Index points, Index outputs) {
  return {Matrix::Constant(points, outputs, kNaN), static_cast<std::uint32_t>(points)};
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
  answer.answers = clock.collect(std::move(request), policy);

  if (answer.answers.workers.empty() && !scheme.decodes_nothing()) {
    answer.decoded = all_lost(task.data.rows(), outputs);
  } else {
    Matrix& results = answer.answers.results;
    results.resize(results.rows(), outputs);  // of no rows, too
    answer.nonfinite =
        metrics::count_nonfinite(results.data(), static_cast<std::size_t>(results.size()));
    watch.restart();
    answer.decoded = scheme.decode(rows_of(results, 0, results.rows()), answer.answers.workers);
    answer.decode_s = watch.elapsed();
    if (path != nullptr) path->unthread(answer.decoded);
  }
  const schemes::CodecCost cost = scheme.cost(
      {static_cast<double>(data.rows()), static_cast<double>(width), static_cast<double>(outputs),
       static_cast<double>(answer.answers.workers.size())});
  answer.encode_step_s = clock.step_s(answer.order_s + answer.encode_s,
                                      cost.encode + (path != nullptr ? path_flops(data) : 0.0));
  answer.decode_step_s = clock.step_s(answer.decode_s, cost.decode);
  answer.completion_s = answer.answers.time_s + (answer.encode_step_s + answer.decode_step_s);
  return answer;
}

}  // namespace laggard::round
