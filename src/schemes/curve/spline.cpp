#include "schemes/curve/spline.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "math/gcv.hpp"
#include "math/left_out_spline.hpp"
#include "math/points.hpp"

namespace laggard::schemes {
namespace {

constexpr double kPass = 15.0, kPasses = 25.0;  // operations, see add_cost()

double lambda_from_data(const NumberOrRule& lambda, const std::vector<double>& knots,
                        MatrixView values, math::Penalty penalty,
                        const math::Variances& variances = {}) {
  return lambda.is("gcv") ? math::gcv_lambda(knots, values, penalty, variances)
                          : math::loo_lambda(knots, values, penalty, variances);
}

double for_order(double cubic_lambda, math::Penalty penalty) {
  return penalty == math::Penalty::kThird ? std::pow(cubic_lambda, 1.5) : cubic_lambda;
}

[[noreturn]] void needs_results(const std::string& member, const NumberOrRule& lambda) {
  throw NeedsData(member + " is '" + lambda.rule + "'",
                  "the matrix depends on the data of each trial", "give a number");
}

}  // namespace

bool is_from_data(const NumberOrRule& lambda) {
  return lambda.is("gcv") || lambda.is("loo");
}

void lambda_fields(Fields& fields, NumberOrRule& encode, NumberOrRule& decode, const Names& rules) {
  fields.number_or_rule(
      {"lambda_encode",
       "smoothing of the encoder, which minimises the mean squared misfit + "
       "lambda int u''^2 on [-1, 1]; 0 interpolates, and suits data without noise"},
      encode, kLambdaRange, rules);
  fields.number_or_rule({"lambda_decode",
                         "smoothing of the decoder, lambda in the mean squared misfit + lambda int "
                         "u''^2 on [-1, 1]; noisy results need a value above 0. SciPy's "
                         "make_smoothing_spline calls lambda times the number of points lam"},
                        decode, kLambdaRange, rules);
}

SplineEncoder::SplineEncoder(Rules rules, const CodeContext& context) : rules_(std::move(rules)) {
  require_looked_up(rules_.lambda);
  const double rule =
      rules_.theory.encode * std::pow((context.expected_stragglers + 1.0) / context.workers, 3.0);
  theory_ = for_order(rule, rules_.penalty);
}

Matrix SplineEncoder::matrix(const CurvePoints& points, double lambda) const {
  // The norm distinguishes -1 from +1, so the knots are reversed rather than mirrored.
  const std::vector<double> ascending(points.alpha.rbegin(), points.alpha.rend());
  Matrix encoder = math::SmoothingSpline(ascending, lambda, rules_.penalty)
                       .operator_matrix(points.beta)
                       .rowwise()
                       .reverse();
  // The seminorm takes no notice of a constant: its rows sum to 1 by themselves.
  if (rules_.penalty == math::Penalty::kNorm && rules_.centre) {
    const Vector missing = Vector::Ones(encoder.rows()) - encoder.rowwise().sum();
    encoder.colwise() += missing / static_cast<double>(encoder.cols());
  }
  return encoder;
}

double SplineEncoder::lambda_for(const CurvePoints& points, const Matrix* data) const {
  if (rules_.lambda.is("theory")) return theory_;
  if (!needs_data()) return rules_.lambda.number;
  if (data == nullptr) needs_results("lambda_encode", rules_.lambda);
  return lambda_from_data(rules_.lambda, math::mirrored(points.alpha),
                          rows_of(*data, 0, data->rows()), rules_.penalty);
}

std::vector<Tunable> SplineEncoder::tunables() const {
  return {{"lambda_encode", Tunable::Scale::kLogarithmic, 0.0, 0.0, true}};
}

void SplineEncoder::add_cost(const CodecSizes& sizes, CodecCost& cost) const {
  if (needs_data()) cost.encode += kPasses * kPass * sizes.data_points * sizes.width;
}

SplineDecoder::SplineDecoder(Rules rules, const CodeContext& context)
    : rules_(std::move(rules)), workers_(context.workers), noise_sigma_(context.noise_sigma) {
  require_looked_up(rules_.lambda);
}

double SplineDecoder::theory(std::size_t received) const {
  if (noise_sigma_ <= 0.0) return 0.0;
  const double lost = workers_ - static_cast<double>(received);
  const double rule = rules_.theory.decode * std::pow(lost + 1.0, -3.2) * std::pow(workers_, -0.8);
  const double smallest = std::pow(static_cast<double>(received), -4.0);
  return for_order(
      std::clamp(rule, std::min(smallest, rules_.theory.largest), rules_.theory.largest),
      rules_.penalty);
}

math::SmoothingSpline SplineDecoder::spline(const CurveNodes& nodes, double lambda) const {
  return {math::mirrored(nodes.places), lambda, rules_.penalty, nodes.variances};
}

Matrix SplineDecoder::matrix(const CurveNodes& nodes) const {
  if (needs_answers()) needs_results("lambda_decode", rules_.lambda);
  return spline(nodes, lambda_for(nodes, {nullptr, 0, 0}))
      .operator_matrix(math::mirrored(nodes.targets));
}

double SplineDecoder::lambda_for(const CurveNodes& nodes, MatrixView answers) const {
  if (rules_.lambda.is("theory")) return theory(nodes.places.size());
  if (!needs_answers()) return rules_.lambda.number;
  return lambda_from_data(rules_.lambda, math::mirrored(nodes.places), answers, rules_.penalty,
                          nodes.variances);
}

DecoderMatrix SplineDecoder::matrix_for(const CurveNodes& nodes, MatrixView answers) const {
  const double lambda = lambda_for(nodes, answers);
  return {spline(nodes, lambda).operator_matrix(math::mirrored(nodes.targets)), lambda};
}

Decoded SplineDecoder::decode(const CurveNodes& nodes, MatrixView answers) const {
  const double lambda = lambda_for(nodes, answers);
  const math::SmoothingSpline curve = spline(nodes, lambda);
  const std::vector<double> targets = math::mirrored(nodes.targets);
  if (answers.cols() < static_cast<Index>(targets.size()))
    return {curve.evaluate(answers, targets), 0, lambda};
  return {curve.operator_matrix(targets) * answers, 0, lambda};
}

std::optional<Matrix> SplineDecoder::errors_left_out(const CurveNodes& nodes,
                                                     MatrixView answers) const {
  const auto fewest = static_cast<std::size_t>(math::order_of(rules_.penalty)) + 1;
  const bool interpolates = rules_.lambda.rule.empty() && rules_.lambda.number == 0.0;
  if (!interpolates || nodes.places.size() <= fewest) return std::nullopt;
  return math::interpolation_errors(math::mirrored(nodes.places), answers, rules_.penalty);
}

void SplineDecoder::add_cost(const CodecSizes& sizes, CodecCost& cost) const {
  const auto& [points, width, outputs, received] = sizes;
  cost.decode = kPass * received * std::min(outputs, points);
  cost.decode += outputs < points ? kPass * points * outputs : 2.0 * points * received * outputs;
  if (needs_answers()) cost.decode += kPasses * kPass * received * outputs;
}

}  // namespace laggard::schemes
