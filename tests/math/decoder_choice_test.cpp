#include "math/decoder_choice.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.hpp"
#include "math/barycentric.hpp"
#include "math/gcv.hpp"
#include "math/points.hpp"
#include "math/polynomial_fit.hpp"
#include "math/smoothing_spline.hpp"

using namespace laggard;
using namespace laggard::math;

namespace {

using Points = std::vector<double>;

/// A decoder by its own means, for any nodes.
Matrix decoder(DecoderKind kind, double parameter, const Points& targets, const Points& nodes) {
  const auto degree = static_cast<std::size_t>(std::isnan(parameter) ? 0.0 : parameter);
  switch (kind) {
    case DecoderKind::kBerrut:
      return barycentric_matrix(targets, nodes, berrut_weights(nodes.size()));
    case DecoderKind::kPolynomial:
      return PolynomialFit(targets, nodes, degree).matrix(degree);
    default:
      return SmoothingSpline(mirrored(nodes), parameter,
                             kind == DecoderKind::kSpline ? Penalty::kSeminorm : Penalty::kThird)
          .operator_matrix(mirrored(targets));
  }
}

/// sqrt(LOO P), or P, from refitting without each value.
double score(DecoderKind kind, double parameter, const Points& targets, const Points& nodes,
             const Matrix& values, Caution caution) {
  const auto n = values.rows();
  const bool spline = kind == DecoderKind::kSpline || kind == DecoderKind::kQuintic;
  Vector errors(n);
  for (Index i = 0; i < n; ++i) {
    Points others = nodes;
    others.erase(others.begin() + i);
    Matrix there(n - 1, values.cols());
    there << values.topRows(i), values.bottomRows(n - 1 - i);
    // The fit term of a spline is a mean, so that n lambda stays what it was.
    const double own = spline ? parameter * double(n) / double(n - 1) : parameter;
    errors[i] =
        (values.row(i) - decoder(kind, own, {nodes[static_cast<std::size_t>(i)]}, others) * there)
            .norm() /
        std::sqrt(double(values.cols()));
  }
  const double largest = errors.segment(1, n - 2).maxCoeff();
  errors[0] = std::min(errors[0], largest);
  errors[n - 1] = std::min(errors[n - 1], largest);
  const double left_out = errors.segment(1, n - 2).squaredNorm() / double(n - 2);
  const Matrix matrix = decoder(kind, parameter, targets, nodes);
  const double propagated = (matrix.cwiseAbs() * errors).squaredNorm() / double(matrix.rows());
  return caution == Caution::kCautious ? propagated : std::sqrt(left_out * propagated);
}

Matrix noisy(const Points& nodes, double sigma) {
  Stream stream({21, Purpose::kNoise, 0, 0});
  Matrix values(static_cast<Index>(nodes.size()), 2);
  fill_standard_normal(stream, {values.data(), static_cast<std::size_t>(values.size())});
  for (Index i = 0; i < values.rows(); ++i) {
    const double t = nodes[static_cast<std::size_t>(i)];
    values.row(i) =
        Eigen::RowVector2d(std::sin(5.0 * t), std::cos(3.0 * t)) + sigma * values.row(i);
  }
  return values;
}

}  // namespace

TEST_CASE("the chosen decoder has the least score of all candidates, by refitting") {
  Points nodes = chebyshev_second(24);
  nodes.erase(nodes.begin() + 15, nodes.begin() + 18);
  const Points targets = chebyshev_first(7);
  const double n = static_cast<double>(nodes.size());
  for (const double sigma : {0.0, 0.05, 1.0})
    for (const Caution caution : {Caution::kBalanced, Caution::kCautious}) {
      INFO("sigma " << sigma << ", cautious " << (caution == Caution::kCautious));
      const Matrix values = noisy(nodes, sigma);
      const DecoderChoice choice =
          choose_decoder(targets, nodes, rows_of(values, 0, values.rows()), caution);
      const Matrix expected = decoder(choice.kind, choice.parameter, targets, nodes);
      CHECK((choice.matrix - expected).cwiseAbs().maxCoeff() < 1e-8);
      const double least = score(choice.kind, choice.parameter, targets, nodes, values, caution);
      const auto at_least = [&](DecoderKind kind, double parameter) {
        CHECK(score(kind, parameter, targets, nodes, values, caution) >= least * (1.0 - 1e-6));
      };
      at_least(DecoderKind::kBerrut, kNaN);
      for (const auto& [kind, order] :
           {std::pair{DecoderKind::kSpline, 2}, {DecoderKind::kQuintic, 3}}) {
        at_least(kind, 0.0);
        for (const double lambda : lambda_grid(n, order))
          if (lambda * std::pow(n, 2 * order) <= 1e13) at_least(kind, lambda);
      }
      for (std::size_t degree = 0; degree <= nodes.size() - 2; ++degree)
        at_least(DecoderKind::kPolynomial, static_cast<double>(degree));
    }
}

TEST_CASE("noise is smoothed, and a smooth function is met") {
  const Points nodes = chebyshev_second(80), targets = chebyshev_first(9);
  const auto chosen = [&](const Matrix& values) {
    return choose_decoder(targets, nodes, rows_of(values, 0, values.rows()), Caution::kBalanced)
        .matrix;
  };
  const auto gain = [](const Matrix& matrix) { return matrix.rowwise().squaredNorm().mean(); };
  const Matrix interpolating = decoder(DecoderKind::kSpline, 0.0, targets, nodes);
  CHECK(gain(chosen(noisy(nodes, 0.5))) < 0.5 * gain(interpolating));
  const Matrix smooth = noisy(nodes, 0.0);
  CHECK((chosen(smooth) * smooth - noisy(targets, 0.0)).cwiseAbs().maxCoeff() < 1e-12);
}
