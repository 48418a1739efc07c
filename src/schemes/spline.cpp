#include "schemes/spline.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/error.hpp"
#include "core/rules.hpp"
#include "math/gcv.hpp"

namespace laggard::schemes {
namespace {

/// The points descend; their negatives ascend, and the natural spline is the same in a mirror.
std::vector<double> mirrored(std::vector<double> points) {
  for (double& point : points) point = -point;
  return points;
}

double lambda_from_data(const NumberOrRule& lambda, const std::vector<double>& knots,
                        MatrixView values, math::Penalty penalty) {
  return lambda.is("gcv") ? math::gcv_lambda(knots, values, penalty)
                          : math::loo_lambda(knots, values, penalty);
}

double for_order(double cubic_lambda, math::Penalty penalty) {
  return penalty == math::Penalty::kThird ? std::pow(cubic_lambda, 1.5) : cubic_lambda;
}

[[noreturn]] void needs_results(const std::string& member, const NumberOrRule& lambda) {
  throw NeedsData(member + " is '" + lambda.rule + "'",
                  "its matrix depends on the data of each trial",
                  "give a number or 'theory' to look at the matrix");
}

}  // namespace

bool is_from_data(const NumberOrRule& lambda) {
  return lambda.is("gcv") || lambda.is("loo");
}

void lambda_fields(Fields& fields, NumberOrRule& encode, NumberOrRule& decode, const Names& rules) {
  fields.number_or_rule({"lambda_encode",
                         "smoothing of the encoder, which minimises the mean squared misfit + "
                         "lambda int u''^2 on [-1, 1]; 0 interpolates"},
                        encode, kLambdaRange, rules);
  fields.number_or_rule({"lambda_decode",
                         "the same for the decoder; noisy results need a value above 0. SciPy's "
                         "make_smoothing_spline calls lambda times the number of points lam"},
                        decode, kLambdaRange, rules);
}

SplineScheme::SplineScheme(const CurveConfig& config, const CodeContext& context, Rules rules)
    : SplineScheme(config, context, published_points(config, context), std::move(rules)) {}

SplineScheme::SplineScheme(const CurveConfig& config, const CodeContext& context,
                           CurvePoints points, Rules rules)
    : CurveScheme(config, context, std::move(points)), rules_(std::move(rules)) {
  for (const NumberOrRule& lambda : {rules_.lambda_encode, rules_.lambda_decode})
    if (names_rule(lambda.rule, kTunedRule))
      throw std::logic_error("nobody has looked up " + lambda.rule);
}

double SplineScheme::theory_encode() const {
  const double rule = rules_.theory.encode *
                      std::pow((context().expected_stragglers + 1.0) / context().workers, 3.0);
  return for_order(rule, rules_.encoder_penalty);
}

double SplineScheme::theory_decode(std::size_t received) const {
  if (context().noise_sigma <= 0.0) return 0.0;
  const double n = context().workers;
  const double lost = n - static_cast<double>(received);
  const double rule = rules_.theory.decode * std::pow(lost + 1.0, -3.2) * std::pow(n, -0.8);
  const double smallest = std::pow(static_cast<double>(received), -4.0);
  return for_order(
      std::clamp(rule, std::min(smallest, rules_.theory.largest), rules_.theory.largest),
      rules_.decoder_penalty);
}

Matrix SplineScheme::encoder_matrix(double lambda) const {
  // The norm distinguishes -1 from +1, so the knots are reversed rather than mirrored.
  const std::vector<double> ascending(alpha().rbegin(), alpha().rend());
  Matrix encoder = math::SmoothingSpline(ascending, lambda, rules_.encoder_penalty)
                       .operator_matrix(beta())
                       .rowwise()
                       .reverse();
  // The seminorm takes no notice of a constant: its rows sum to 1 by themselves.
  if (rules_.encoder_penalty == math::Penalty::kNorm && rules_.centre) {
    const Vector missing = Vector::Ones(encoder.rows()) - encoder.rowwise().sum();
    encoder.colwise() += missing / static_cast<double>(encoder.cols());
  }
  return encoder;
}

Matrix SplineScheme::encoder_matrix() const {
  if (is_from_data(rules_.lambda_encode)) needs_results("lambda_encode", rules_.lambda_encode);
  return encoder_matrix(rules_.lambda_encode.is("theory") ? theory_encode()
                                                          : rules_.lambda_encode.number);
}

Encoded SplineScheme::encode(const Matrix& data) const {
  if (is_from_data(rules_.lambda_encode)) {
    const double lambda = lambda_from_data(rules_.lambda_encode, mirrored(alpha()),
                                           rows_of(data, 0, data.rows()), rules_.encoder_penalty);
    return {encoder_matrix(lambda) * data, lambda};
  }
  Encoded encoded = LinearScheme::encode(data);
  encoded.lambda =
      rules_.lambda_encode.is("theory") ? theory_encode() : rules_.lambda_encode.number;
  return encoded;
}

CodecCost SplineScheme::cost(const CodecSizes& sizes) const {
  constexpr double kPass = 15.0, kPasses = 25.0;
  const auto& [points, width, outputs, received] = sizes;
  CodecCost cost = CurveScheme::cost(sizes);
  cost.decode = kPass * received * std::min(outputs, points);
  cost.decode += outputs < points ? kPass * points * outputs : 2.0 * points * received * outputs;
  if (is_from_data(rules_.lambda_decode)) cost.decode += kPasses * kPass * received * outputs;
  if (is_from_data(rules_.lambda_encode)) cost.encode += kPasses * kPass * points * width;
  return cost;
}

math::SmoothingSpline SplineScheme::decoder(std::span<const WorkerId> received,
                                            double lambda) const {
  return {mirrored(beta_of(received)), lambda, rules_.decoder_penalty};
}

Matrix SplineScheme::decoder_matrix(std::span<const WorkerId> received) const {
  if (is_from_data(rules_.lambda_decode)) needs_results("lambda_decode", rules_.lambda_decode);
  const double lambda = rules_.lambda_decode.is("theory") ? theory_decode(received.size())
                                                          : rules_.lambda_decode.number;
  return decoder(received, lambda).operator_matrix(mirrored(alpha()));
}

Decoded SplineScheme::decode(MatrixView results, std::span<const WorkerId> received,
                             double lambda) const {
  const math::SmoothingSpline spline = decoder(received, lambda);
  const std::vector<double> targets = mirrored(alpha());
  if (results.cols() < static_cast<Index>(targets.size()))
    return {spline.evaluate(results, targets), 0, lambda};
  return {spline.operator_matrix(targets) * results, 0, lambda};
}

double SplineScheme::lambda_decode(MatrixView answers, std::span<const WorkerId> received) const {
  if (rules_.lambda_decode.is("theory")) return theory_decode(received.size());
  if (is_from_data(rules_.lambda_decode))
    return lambda_from_data(rules_.lambda_decode, mirrored(beta_of(received)), answers,
                            rules_.decoder_penalty);
  return rules_.lambda_decode.number;
}

CurveDecoder SplineScheme::decoder_for(MatrixView answers,
                                       std::span<const WorkerId> received) const {
  const double lambda = lambda_decode(answers, received);
  return {decoder(received, lambda).operator_matrix(mirrored(alpha())), lambda};
}

Decoded SplineScheme::decode(MatrixView results, std::span<const WorkerId> received) const {
  return decode(results, received, lambda_decode(results, received));
}

}  // namespace laggard::schemes
