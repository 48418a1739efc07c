#include "schemes/robust/lambda_rule.hpp"

#include <algorithm>
#include <cmath>

#include "math/smoothing_spline.hpp"
#include "schemes/robust/locator.hpp"

namespace laggard::schemes {

void LambdaRule::Config::fields(Fields& fields) {
  adversaries_field(fields, adversaries);
  fields.number({"constant", "c in lambda = c max((q / n)^power, n^(-4/5))"}, constant, kPositive);
  fields.number({"power", "8/5 for the largest error, 4/3 for the mean squared error"}, power,
                kPositive);
}

Decoded LambdaRule::decode(const CurveAnswers& answers, const PlainDecoder&) const {
  const auto n = static_cast<double>(answers.workers.size());
  const double lambda =
      config_.constant *
      std::max(std::pow(config_.adversaries / n, config_.power), std::pow(n, -0.8));
  const math::SmoothingSpline spline(answers.knots, lambda, math::Penalty::kSeminorm);
  return {spline.evaluate(answers.results, answers.targets), 0, lambda};
}

}  // namespace laggard::schemes
