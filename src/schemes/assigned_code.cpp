#include "schemes/assigned_code.hpp"

#include <algorithm>
#include <numeric>
#include <queue>

namespace laggard::schemes {
namespace {

/// The elements such that every one is in the middle of the longest run of those that come later.
void append_spread(std::span<const std::uint32_t> elements, std::vector<std::uint32_t>& to) {
  struct Run {
    std::size_t begin, end;
    bool operator<(const Run& other) const {
      const std::size_t mine = end - begin, theirs = other.end - other.begin;
      return mine != theirs ? mine < theirs : begin > other.begin;
    }
  };
  std::priority_queue<Run> runs;
  runs.push({0, elements.size()});
  while (!runs.empty()) {
    const Run run = runs.top();
    runs.pop();
    if (run.begin == run.end) continue;
    const std::size_t middle = (run.begin + run.end) / 2;
    to.push_back(elements[middle]);
    runs.push({run.begin, middle});
    runs.push({middle + 1, run.end});
  }
}

}  // namespace

std::vector<std::uint32_t> points_by_cost(std::span<const double> alpha,
                                          std::span<const double> beta) {
  const auto count = static_cast<std::uint32_t>(beta.size());
  std::vector<std::uint32_t> data, others, order;
  for (std::uint32_t point = 1; point + 1 < count; ++point) {
    const bool of_data =
        std::binary_search(alpha.begin(), alpha.end(), beta[point], std::greater<>());
    (of_data ? data : others).push_back(point);
  }
  append_spread(others, order);
  append_spread(data, order);
  if (count > 1) order.push_back(count - 1);
  if (count > 0) order.push_back(0);
  return order;
}

AssignedCode::AssignedCode(std::unique_ptr<CurveScheme> code, std::vector<WorkerId> workers)
    : code_(std::move(code)), by_reliability_(std::move(workers)) {
  const std::uint32_t count = code_->active_workers();
  worker_at_.resize(count);
  std::iota(worker_at_.begin(), worker_at_.end(), WorkerId{0});
  if (by_reliability_.empty()) by_reliability_ = worker_at_;
  if (code_->beta().size() == count) {
    const std::vector<std::uint32_t> points = points_by_cost(code_->alpha(), code_->beta());
    for (std::uint32_t i = 0; i < count; ++i) worker_at_[points[i]] = by_reliability_[i];
  }
  point_of_.resize(count);
  for (std::uint32_t point = 0; point < count; ++point) point_of_[worker_at_[point]] = point;
}

AssignedCode::Placed AssignedCode::place(std::span<const WorkerId> received) const {
  Placed placed;
  placed.rows.resize(received.size());
  std::iota(placed.rows.begin(), placed.rows.end(), Index{0});
  const auto point = [&](Index row) { return point_of_[received[static_cast<std::size_t>(row)]]; };
  std::sort(placed.rows.begin(), placed.rows.end(),
            [&](Index a, Index b) { return point(a) < point(b); });
  for (const Index row : placed.rows) placed.points.push_back(point(row));
  return placed;
}

AssignedCode::Placed AssignedCode::place(MatrixView results,
                                         std::span<const WorkerId> received) const {
  Placed placed = place(received);
  placed.results = results(placed.rows, Eigen::all);
  return placed;
}

Matrix AssignedCode::by_worker(const Matrix& of_points) const {
  const std::vector<Index> rows(point_of_.begin(), point_of_.end());
  return of_points(rows, Eigen::all);
}

Matrix AssignedCode::by_received(const Matrix& of_points, const Placed& placed) {
  Matrix matrix(of_points.rows(), of_points.cols());
  for (std::size_t i = 0; i < placed.rows.size(); ++i)
    matrix.col(placed.rows[i]) = of_points.col(static_cast<Index>(i));
  return matrix;
}

Decoded AssignedCode::with_workers(Decoded decoded) const {
  for (WorkerId& flagged : decoded.flagged) flagged = worker_at_[flagged];
  std::sort(decoded.flagged.begin(), decoded.flagged.end());
  return decoded;
}

Caveat AssignedCode::caveat(const Survivors& survivors) const {
  return code_->caveat([&] { return place(survivors()).points; });
}

std::unique_ptr<Scheme> AssignedCode::for_data(const Matrix& data) const {
  std::unique_ptr<Scheme> scheme = code_->for_data(data);
  if (!scheme) return nullptr;
  std::unique_ptr<CurveScheme> code(&dynamic_cast<CurveScheme&>(*scheme));
  scheme.release();
  return std::make_unique<AssignedCode>(std::move(code), by_reliability_);
}

Encoded AssignedCode::encode(const Matrix& data) const {
  Encoded encoded = code_->encode(data);
  encoded.inputs = by_worker(encoded.inputs);
  return encoded;
}

Decoded AssignedCode::decode(MatrixView results, std::span<const WorkerId> received) const {
  const Placed placed = place(results, received);
  return with_workers(
      code_->decode(rows_of(placed.results, 0, placed.results.rows()), placed.points));
}

Decoded AssignedCode::decode_robustly(MatrixView results,
                                      std::span<const WorkerId> received) const {
  const Placed placed = place(results, received);
  return with_workers(
      code_->decode_robustly(rows_of(placed.results, 0, placed.results.rows()), placed.points));
}

Matrix AssignedCode::encoder_matrix() const {
  return by_worker(code_->encoder_matrix());
}

Matrix AssignedCode::decoder_matrix(std::span<const WorkerId> received) const {
  const Placed placed = place(received);
  return by_received(code_->decoder_matrix(placed.points), placed);
}

Matrix AssignedCode::applied_decoder(MatrixView results, std::span<const WorkerId> received) const {
  const Placed placed = place(results, received);
  return by_received(
      code_->applied_decoder(rows_of(placed.results, 0, placed.results.rows()), placed.points),
      placed);
}

bool waits_for_data(const Scheme& scheme) {
  if (const auto* const assigned = dynamic_cast<const AssignedCode*>(&scheme))
    return waits_for_data(assigned->code());
  const auto* const curve = dynamic_cast<const CurveScheme*>(&scheme);
  return curve != nullptr && curve->alpha().empty();
}

GradientWeights AssignedCode::gradient_weights(std::span<const WorkerId> received,
                                               MatrixView answers) const {
  const Placed placed = place(answers, received);
  const GradientWeights of_points =
      code_->gradient_weights(placed.points, rows_of(placed.results, 0, placed.results.rows()));
  GradientWeights weights = of_points;
  for (std::size_t i = 0; i < placed.rows.size(); ++i)
    weights.weights[placed.rows[i]] = of_points.weights[static_cast<Index>(i)];
  return weights;
}

Matrix AssignedCode::part_decoder(std::span<const WorkerId> received, MatrixView answers) const {
  const Placed placed = place(answers, received);
  return by_received(
      code_->part_decoder(placed.points, rows_of(placed.results, 0, placed.results.rows())),
      placed);
}

}  // namespace laggard::schemes
