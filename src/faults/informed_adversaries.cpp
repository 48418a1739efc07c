#include "faults/informed_adversaries.hpp"

#include <algorithm>
#include <numeric>

#include "math/barycentric.hpp"
#include "math/gcv.hpp"
#include "math/points.hpp"
#include "math/smoothing_spline.hpp"
#include "math/worst_lies.hpp"

namespace laggard::faults {
namespace {

/// Ascending, in the order of the workers: the published points, seen in a mirror.
std::vector<double> knots_of(const Collected& collected) {
  const std::vector<double> beta = math::chebyshev_second(collected.active);
  std::vector<double> knots;
  for (const WorkerId worker : collected.workers) knots.push_back(-beta[worker]);
  return knots;
}

void count_field(Fields& fields, std::uint32_t& count) {
  fields.integer({"count", "E, workers that lie in every trial"}, count);
}

/// Writes the lies into the answers.
std::vector<WorkerId> overwrite(const math::WorstLies::Lies& lies, const Collected& collected) {
  std::vector<WorkerId> liars;
  for (std::size_t i = 0; i < lies.liars.size(); ++i) {
    collected.answers.row(lies.liars[i]) = lies.values.row(static_cast<Index>(i));
    liars.push_back(collected.workers[static_cast<std::size_t>(lies.liars[i])]);
  }
  return liars;
}

}  // namespace

void WorstAdversaries::Config::fields(Fields& fields) {
  count_field(fields, count);
  bound.fields(fields);
  fields.text({"against",
               "the decoder that the liars have in mind: the scheme's, or that of BACC or of the "
               "interpolating spline, at the published points, for all schemes"},
              against, {"own", "bacc", "spline"});
}

std::string WorstAdversaries::conflict(std::uint32_t, std::uint32_t answers) const {
  return nobody_honest(config_.count, answers);
}

Matrix WorstAdversaries::decoder(const Collected& collected) const {
  if (config_.against == "own")
    if (std::optional<Matrix> own = collected.decoder(); own) return *std::move(own);
  std::vector<double> targets =
      math::chebyshev_first(static_cast<std::uint32_t>(collected.truth.rows()));
  for (double& target : targets) target = -target;
  const std::vector<double> knots = knots_of(collected);
  if (config_.against == "bacc")
    return math::barycentric_matrix(targets, knots, math::berrut_weights(knots.size()));
  return math::SmoothingSpline(knots, 0.0, math::Penalty::kSeminorm).operator_matrix(targets);
}

Lies WorstAdversaries::lie(const Occasion&, const Collected& collected) const {
  const std::size_t count = std::min<std::size_t>(config_.count, collected.workers.size());
  if (count == 0 || !collected.answers.allFinite() || !collected.truth.allFinite()) return {};
  const Matrix matrix = decoder(collected);
  const math::WorstLies worst(matrix, collected.answers, collected.truth,
                              config_.bound.of(collected.answers));
  const double largest_error = worst.largest_error(count);
  const math::WorstLies::Lies lies = worst.find(count);
  return {overwrite(lies, collected), largest_error};
}

void PaperGreedy::Config::fields(Fields& fields) {
  count_field(fields, count);
  bound.fields(fields);
}

std::string PaperGreedy::conflict(std::uint32_t, std::uint32_t answers) const {
  return nobody_honest(config_.count, answers);
}

Lies PaperGreedy::lie(const Occasion&, const Collected& collected) const {
  const std::size_t count = std::min<std::size_t>(config_.count, collected.workers.size());
  if (count == 0 || !collected.answers.allFinite()) return {};
  const std::vector<double> knots = knots_of(collected);
  const MatrixView values = rows_of(collected.answers, 0, collected.answers.rows());
  const math::SmoothingSpline spline(knots, math::gcv_lambda(knots, values),
                                     math::Penalty::kSeminorm);
  const Matrix residuals = collected.answers - spline.evaluate(values, knots);
  std::vector<Index> order(knots.size());
  std::iota(order.begin(), order.end(), Index{0});
  const Vector sizes = residuals.rowwise().squaredNorm();
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return sizes[a] < sizes[b]; });
  order.resize(count);
  std::sort(order.begin(), order.end());
  const double bound = config_.bound.of(collected.answers);
  math::WorstLies::Lies lies{order, collected.answers(order, Eigen::all)};
  lies.values +=
      residuals(order, Eigen::all).unaryExpr([&](double r) { return r < 0.0 ? -bound : bound; });
  lies.values = lies.values.cwiseMax(-bound).cwiseMin(bound).eval();
  return {overwrite(lies, collected), kNaN};
}

}  // namespace laggard::faults
