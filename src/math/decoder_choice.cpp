#include "math/decoder_choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/barycentric.hpp"
#include "math/gcv.hpp"
#include "math/left_out_spline.hpp"
#include "math/points.hpp"
#include "math/polynomial_fit.hpp"
#include "math/smoothing_spline.hpp"

namespace laggard::math {
namespace {

constexpr std::size_t kLargestDegree = 120;

Vector row_sizes(const Matrix& rows) {
  return rows.rowwise().norm() / std::sqrt(static_cast<double>(std::max<Index>(rows.cols(), 1)));
}

/// Keeps the best candidate so far.
class Contest {
 public:
  explicit Contest(Caution caution) : caution_(caution) {}

  /// `errors`: the r_i.
  void enter(DecoderKind kind, double parameter, Vector errors, Matrix matrix) {
    const auto inside = errors.segment(1, errors.size() - 2);
    const double largest = inside.maxCoeff();
    for (const Index end : {Index{0}, errors.size() - 1})
      errors[end] = std::min(errors[end], largest);
    const double left_out = inside.squaredNorm() / static_cast<double>(inside.size());
    const double propagated =
        (matrix.cwiseAbs() * errors).squaredNorm() / static_cast<double>(matrix.rows());
    const double score =
        caution_ == Caution::kCautious ? propagated : std::sqrt(left_out) * std::sqrt(propagated);
    if (!(score < least_)) return;
    least_ = score;
    best_ = {kind, parameter, std::move(matrix)};
  }

  DecoderChoice best() && { return std::move(best_); }
  bool is_decided() const { return best_.kind != DecoderKind::kNone; }

 private:
  Caution caution_;
  double least_ = std::numeric_limits<double>::infinity();
  DecoderChoice best_;
};

void enter_berrut(Contest& contest, std::span<const double> targets, std::span<const double> nodes,
                  MatrixView values) {
  const auto n = static_cast<Index>(nodes.size());
  const Eigen::Map<const Eigen::RowVectorXd> x(nodes.data(), n);
  Matrix others(n, n);
  for (Index i = 0; i < n; ++i) {
    auto row = others.row(i);
    for (Index j = 0; j < n; ++j)
      row[j] = j == i ? 0.0 : ((j + (j > i ? 1 : 0)) % 2 == 0 ? 1.0 : -1.0) / (x[i] - x[j]);
    row /= -row.sum();
    row[i] = 1.0;
  }
  contest.enter(DecoderKind::kBerrut, kNaN, row_sizes(others * values),
                barycentric_matrix(targets, nodes, berrut_weights(nodes.size())));
}

template <int kOrder>
void enter_splines(Contest& contest, const std::vector<double>& targets,
                   const std::vector<double>& knots, MatrixView values) {
  constexpr double kStiffest = 1e13;
  constexpr Penalty kPenalty = kOrder == 2 ? Penalty::kSeminorm : Penalty::kThird;
  const double n = static_cast<double>(knots.size());
  const SplineSystem<kOrder> system(knots, kPenalty);
  const Matrix bent = system.q_transposed_times(values);
  std::vector<double> lambdas = lambda_grid(n, kOrder);
  lambdas.insert(lambdas.begin(), 0.0);
  for (const double lambda : lambdas) {
    if (lambda * std::pow(n, 2 * kOrder) > kStiffest) break;
    const LeftOut left_out = leave_out(system, n * lambda, bent);
    Vector errors = row_sizes(left_out.residual);
    for (Index i = 0; i < errors.size(); ++i)
      errors[i] /= left_out.own[static_cast<std::size_t>(i)];
    contest.enter(kOrder == 2 ? DecoderKind::kSpline : DecoderKind::kQuintic, lambda, errors,
                  SmoothingSpline(knots, lambda, kPenalty).operator_matrix(targets));
  }
}

void enter_polynomials(Contest& contest, std::span<const double> targets,
                       std::span<const double> nodes, MatrixView values) {
  const auto n = static_cast<Index>(nodes.size());
  const PolynomialFit fit(targets, nodes, std::min<std::size_t>(kLargestDegree, nodes.size() - 2));
  Matrix matrix = Matrix::Zero(static_cast<Index>(targets.size()), n);
  fit.each_degree(values, [&](Index degree, const Matrix& residual, const Vector& spare) {
    matrix += fit.on_targets(degree) * fit.on_nodes(degree).transpose();
    if (spare.segment(1, n - 2).minCoeff() <= PolynomialFit::kDetermined) return;
    const Vector errors =
        row_sizes(residual).cwiseQuotient(spare.cwiseMax(PolynomialFit::kDetermined));
    contest.enter(DecoderKind::kPolynomial, static_cast<double>(degree), errors, matrix);
  });
}

}  // namespace

DecoderChoice choose_decoder(std::span<const double> targets, std::span<const double> nodes,
                             MatrixView values, Caution caution) {
  const std::vector<double> ascending = mirrored(targets), knots = mirrored(nodes);
  Contest contest(caution);
  if (nodes.size() > 3) {
    enter_berrut(contest, targets, nodes, values);
    enter_splines<2>(contest, ascending, knots, values);
    enter_splines<3>(contest, ascending, knots, values);
    enter_polynomials(contest, targets, nodes, values);
  }
  if (contest.is_decided()) return std::move(contest).best();
  return {DecoderKind::kSpline, 0.0,
          SmoothingSpline(knots, 0.0, Penalty::kSeminorm).operator_matrix(ascending)};
}

}  // namespace laggard::math
