#include "schemes/curve.hpp"

#include <fmt/format.h>

#include <cmath>

#include "config/reader.hpp"
#include "math/curve_order.hpp"
#include "math/points.hpp"

namespace laggard::schemes {

void CurveConfig::fields(Fields& fields) {
  label_field(fields, label);
  fields.text({"beta", "the workers' points: Chebyshev of the second kind, or equispaced"}, beta,
              {"chebyshev", "equispaced"});
  ordering_field(fields, ordering);
  assignment_field(fields, assignment);
  robust_field(fields, robust);
}

void ordering_field(Fields& fields, std::string& ordering) {
  fields.text({"ordering",
               "order of the data on the curve; 'experiment': as /ordering says for all schemes"},
              ordering, {"experiment", "none", "path"});
}

void assignment_field(Fields& fields, std::string& assignment) {
  fields.text(
      {"assignment",
       "order: worker n has the n-th point; reliability: the more often a worker is lost, and "
       "the later its answer is expected, the less does the loss of its point cost"},
      assignment, {"order", "reliability"});
}

bool on_path(const std::string& ordering, const CodeContext& context) {
  if (ordering == "none" || (ordering == "experiment" && !context.path_ordering)) return false;
  if (context.data_points > math::kLargestPath)
    throw Inapplicable(fmt::format("K = {}: ordering 'path' works up to K = {}",
                                   context.data_points, math::kLargestPath));
  return true;
}

std::vector<double> worker_points(const std::string& beta, std::uint32_t n) {
  if (beta == "first_kind") return math::chebyshev_first(n);
  return beta == "chebyshev" ? math::chebyshev_second(n) : math::equispaced(n);
}

CurvePoints published_points(const CurveConfig& config, const CodeContext& context) {
  return {math::chebyshev_first(context.data_points), worker_points(config.beta, context.workers)};
}

void require_own_decoder(const CurveConfig& config, const std::string& where,
                         const std::vector<DecoderMember>& members) {
  if (config::make(robust_decoders(), config.robust)->only_rejects()) return;
  for (const DecoderMember& member : members)
    if (member.is_set)
      throw ConfigError(
          fmt::format("{}/{} is set", where, member.name),
          fmt::format("the defence '{}' decodes in place of the decoder", config.robust.kind),
          "leave it out, or take another defence");
}

CurveScheme::CurveScheme(const CurveConfig& config, const CodeContext& context, CurveParts parts)
    : CurveScheme(config, context, published_points(config, context), std::move(parts)) {}

CurveScheme::CurveScheme(const CurveConfig& config, const CodeContext& context, CurvePoints points,
                         CurveParts parts)
    : context_(context),
      path_ordering_(on_path(config.ordering, context)),
      points_(std::move(points)),
      parts_(std::move(parts)),
      robust_(config::make(robust_decoders(), config.robust)) {
  if (context.data_points > context.workers)
    throw Inapplicable(
        fmt::format("K = {} > N = {}: a curve needs at least as many workers as data points",
                    context.data_points, context.workers));
  if (context.gradients && config.robust.kind != "none")
    throw ConfigError(fmt::format("{}/robust is '{}'", context.where, config.robust.kind),
                      "nobody lies in a training", "leave it out");
  if (std::string reason = robust_->conflict({context.data_points, expected_answers(context)});
      !reason.empty())
    throw Inapplicable(reason);
}

void CurveScheme::require_points() const {
  if (alpha().empty() || beta().empty())
    throw NeedsData(points_.looks_at_data, "the matrix depends on the data of each trial",
                    "choose another");
}

CurveNodes CurveScheme::nodes_of(std::span<const WorkerId> received) const {
  require_points();
  CurveNodes nodes{alpha(), {}, received};
  nodes.places.reserve(received.size());
  for (const WorkerId worker : received) nodes.places.push_back(beta()[worker]);
  if (parts_.noise_sigmas.empty()) return nodes;
  std::vector<double> sigmas;
  for (const WorkerId worker : received) sigmas.push_back(parts_.noise_sigmas[worker]);
  nodes.variances = math::Variances::of(std::move(sigmas));
  return nodes;
}

Matrix CurveScheme::encoder_matrix() const {
  require_points();
  return parts_.encoder->matrix(points_, parts_.encoder->lambda_for(points_, nullptr));
}

Encoded CurveScheme::encode(const Matrix& data) const {
  require_points();
  const double lambda = parts_.encoder->lambda_for(points_, &data);
  if (parts_.encoder->needs_data()) return {parts_.encoder->matrix(points_, lambda) * data, lambda};
  Encoded encoded = LinearScheme::encode(data);  // which keeps the matrix
  encoded.lambda = lambda;
  return encoded;
}

Matrix CurveScheme::decoder_matrix(std::span<const WorkerId> received) const {
  return decoder().matrix(nodes_of(received));
}

DecoderMatrix CurveScheme::decoder_for(MatrixView answers,
                                       std::span<const WorkerId> received) const {
  return decoder().matrix_for(nodes_of(received), answers);
}

Decoded CurveScheme::decode(MatrixView results, std::span<const WorkerId> received) const {
  return decoder().decode(nodes_of(received), results);
}

std::vector<double> CurveScheme::errors_without_each(MatrixView results,
                                                     std::span<const WorkerId> received,
                                                     const Matrix& truth) const {
  const CurveNodes nodes = nodes_of(received);
  const std::optional<Matrix> left_out = decoder().errors_left_out(nodes, results);
  if (!left_out) return LinearScheme::errors_without_each(results, received, truth);
  const Matrix matrix = decoder().matrix_for(nodes, results).matrix;
  const Matrix with_all = matrix * results - truth;
  std::vector<double> errors;
  for (Index i = 0; i < results.rows(); ++i)
    errors.push_back((with_all - matrix.col(i) * left_out->row(i)).squaredNorm());
  return errors;
}

Decoded CurveScheme::decode_robustly(MatrixView results, std::span<const WorkerId> received) const {
  // The points descend; in a mirror they ascend.
  const CurveAnswers answers{results, received, math::mirrored(nodes_of(received).places),
                             math::mirrored(alpha())};
  return robust_->decode(answers, [this](MatrixView some, std::span<const WorkerId> workers) {
    return decode(some, workers);
  });
}

std::vector<Tunable> CurveScheme::tunables() const {
  std::vector<Tunable> all = parts_.encoder->tunables();
  if (!only_rejects()) return all;  // nobody asks the decoder
  const std::vector<Tunable> others = parts_.decoder->tunables();
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

Caveat CurveScheme::caveat(const Survivors& /*survivors*/) const {
  if (!parts_.encoder->needs_data()) return {};
  return {
      "lambda_encode is found in the data, which have no noise: what it smooths away is lost; 0 "
      "is most often better",
      false};
}

Caveat rounding_caveat(const Matrix& decoder, const std::string& remedy) {
  constexpr double kDigits = 16.0, kWorthSaying = 8.0, kTooFew = 4.0;
  const double growth = decoder.cwiseAbs().rowwise().sum().maxCoeff();
  const double left = kDigits - std::log10(growth);
  if (left >= kWorthSaying) return {};
  return {
      fmt::format("decoding multiplies rounding errors by up to {:.0e} in the first trial, which "
                  "leaves {} of 16 digits; {}",
                  growth, left >= 1.0 ? fmt::format("{:.0f}", std::floor(left)) : "none", remedy),
      !(left >= kTooFew)};
}

CodecCost CurveScheme::cost(const CodecSizes& sizes) const {
  CodecCost cost = LinearScheme::cost(sizes);
  parts_.encoder->add_cost(sizes, cost);
  parts_.decoder->add_cost(sizes, cost);
  return cost;
}

GradientWeights CurveScheme::gradient_weights(std::span<const WorkerId> received,
                                              MatrixView answers) const {
  const DecoderMatrix decoder = decoder_for(answers, received);
  return {decoder.matrix.colwise().mean().transpose(), decoder.lambda};
}

}  // namespace laggard::schemes
