#include "schemes/robust/huber.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/gcv.hpp"
#include "math/huber_spline.hpp"
#include "math/left_out_spline.hpp"
#include "math/smoothing_spline.hpp"
#include "schemes/robust/locator.hpp"

namespace laggard::schemes {

void Huber::Config::fields(Fields& fields) {
  adversaries_field(fields, adversaries);
  fields.number_or_rule({"lambda",
                         "smoothing of the spline; 'median': least median error where an answer is "
                         "left out; 'gcv': by the answers as bent so far"},
                        lambda, kPositive, {"median", "gcv"});
}

namespace {

/// The lambda of math::lambda_grid() with the least median of the errors |y_i - g_{-i}(t_i)| at the
/// inner knots. Liars and their neighbours, who see them when they are left out, are the large
/// ones, and a median does not look at these. O(n m) for each lambda.
double median_lambda(const CurveAnswers& answers) {
  constexpr double kStiffest = 1e13;  // beyond it, Reinsch's form has no digits left
  const double n = static_cast<double>(answers.knots.size());
  const math::SplineSystem<2> system(answers.knots, math::Penalty::kSeminorm);
  const Matrix bent = system.q_transposed_times(answers.results);
  double best = 0.0, least = std::numeric_limits<double>::infinity();
  for (const double lambda : math::lambda_grid(n, 2)) {
    if (lambda * std::pow(n, 4) > kStiffest) break;
    const math::LeftOut left = math::leave_out(system, n * lambda, bent);
    std::vector<double> errors;
    for (Index row = 1; row + 1 < left.residual.rows(); ++row)
      errors.push_back(left.residual.row(row).norm() / left.own[static_cast<std::size_t>(row)]);
    const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
    std::nth_element(errors.begin(), middle, errors.end());
    if (!(*middle < least)) continue;
    least = *middle;
    best = lambda;
  }
  return best;
}

double gcv_of(const CurveAnswers& answers, const Matrix& values) {
  return math::gcv_lambda(answers.knots, rows_of(values, 0, values.rows()));
}

}  // namespace

Decoded Huber::decode(const CurveAnswers& answers, const PlainDecoder& plain) const {
  constexpr std::size_t kLeast = 3;
  constexpr int kRounds = 3;
  if (answers.workers.size() < kLeast || !answers.results.allFinite())
    return plain(answers.results, answers.workers);
  const bool choose = config_.lambda.is("gcv");
  double lambda = choose                        ? gcv_of(answers, answers.results)
                  : config_.lambda.is("median") ? median_lambda(answers)
                                                : config_.lambda.number;
  math::HuberSpline fit = math::fit_huber(answers.knots, answers.results, lambda);
  for (int round = 0; choose && round < kRounds; ++round) {
    lambda = gcv_of(answers, fit.pseudo_values);
    fit = math::fit_huber(answers.knots, answers.results, lambda);
  }
  const math::SmoothingSpline spline(answers.knots, lambda, math::Penalty::kSeminorm);
  const Matrix& bent_answers = fit.pseudo_values;
  Decoded decoded{spline.evaluate(rows_of(bent_answers, 0, bent_answers.rows()), answers.targets),
                  0, lambda};
  constexpr double kHalf = 2.0;  // an answer that exceeds the turn so many times counts half
  std::vector<Index> bent;
  for (Index row = 0; row < fit.excess.size(); ++row)
    if (fit.excess[row] > kHalf) bent.push_back(row);
  std::stable_sort(bent.begin(), bent.end(),
                   [&](Index a, Index b) { return fit.excess[a] > fit.excess[b]; });
  bent.resize(std::min<std::size_t>(bent.size(), config_.adversaries));
  for (const Index row : bent)
    decoded.flagged.push_back(answers.workers[static_cast<std::size_t>(row)]);
  std::sort(decoded.flagged.begin(), decoded.flagged.end());
  return decoded;
}

}  // namespace laggard::schemes
