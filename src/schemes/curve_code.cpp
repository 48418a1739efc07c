#include "schemes/curve_code.hpp"

#include <fmt/format.h>

#include <cmath>

#include "math/barycentric.hpp"
#include "math/broken_line.hpp"
#include "math/decoder_choice.hpp"
#include "math/kriging.hpp"
#include "math/points.hpp"
#include "math/polynomial_fit.hpp"

namespace laggard::schemes {
namespace {

/// Beyond it, the degrees that leaving out looks at cost time and gain nothing.
constexpr std::size_t kLargestLooDegree = 120;

/// An encoder that has no smoothing parameter; all of them interpolate.
struct Interpolant {
  std::string_view name;
  Matrix (*matrix)(std::span<const double> targets, std::span<const double> nodes);
};

const std::vector<Interpolant>& interpolants() {
  using Points = std::span<const double>;
  static const std::vector<Interpolant> table{
      {"berrut",
       [](Points targets, Points nodes) {
         return math::barycentric_matrix(targets, nodes, math::berrut_weights(nodes.size()));
       }},
      {"lagrange", math::lagrange_matrix},
      {"linear", math::broken_line_matrix},
  };
  return table;
}

const Interpolant* interpolant(const std::string& name) {
  for (const Interpolant& entry : interpolants())
    if (entry.name == name) return &entry;
  return nullptr;
}

/// A smoothing spline, cubic or quintic.
bool is_spline(const std::string& name) {
  return name == "spline" || name == "quintic";
}

math::Penalty penalty_of(const std::string& name) {
  return name == "quintic" ? math::Penalty::kThird : math::Penalty::kSeminorm;
}

bool is_set(const NumberOrRule& value, const NumberOrRule& otherwise) {
  return value.rule != otherwise.rule || value.number != otherwise.number;
}

/// What does not fit together, whatever the sizes are.
CurveCode::Config checked(CurveCode::Config config, const std::string& where) {
  const auto refuse = [&](const std::string& key, const std::string& why,
                          const std::string& remedy) {
    throw ConfigError(fmt::format("{}/{} is set", where, key), why, remedy);
  };
  const CurveCode::Config otherwise;
  if (!is_spline(config.encoder) && is_set(config.lambda_encode, otherwise.lambda_encode))
    refuse("lambda_encode", fmt::format("the encoder '{}' does not smooth", config.encoder),
           "leave it out, or take the encoder 'spline' or 'quintic'");
  if (!is_spline(config.decoder) && is_set(config.lambda_decode, otherwise.lambda_decode))
    refuse("lambda_decode", fmt::format("the decoder '{}' does not smooth", config.decoder),
           "leave it out, or take the decoder 'spline' or 'quintic'");
  if (config.decoder != "polynomial" && config.decoder != "floater_hormann" &&
      is_set(config.degree, otherwise.degree))
    refuse("degree", fmt::format("the decoder '{}' has no degree", config.decoder),
           "leave it out, or take the decoder 'polynomial' or 'floater_hormann'");
  if (config.degree.rule.empty() && config.degree.number != std::floor(config.degree.number))
    refuse("degree", "a degree is a whole number", "round it, or take \"loo\"");
  if (config.decoder != "auto" && config.caution != otherwise.caution)
    refuse("caution", fmt::format("the decoder is '{}'", config.decoder),
           "leave it out, or take the decoder 'auto'");
  if (config.alpha != "chord" && config.alpha_power != otherwise.alpha_power)
    refuse("alpha_power", fmt::format("alpha is '{}'", config.alpha),
           "leave it out, or set alpha to 'chord'");
  if (config.beta == "systematic" && is_set(config.lambda_encode, otherwise.lambda_encode))
    refuse("lambda_encode",
           "beta is 'systematic', which asks for an encoder that passes through the data",
           "leave it out, or take another beta");
  return config;
}

std::vector<double> steps_of(const Matrix& data) {
  std::vector<double> steps;
  for (Index k = 1; k < data.rows(); ++k) steps.push_back((data.row(k) - data.row(k - 1)).norm());
  return steps;
}

/// Empty where they depend on data that are not there.
CurvePoints points_for(const CurveCode::Config& config, const CodeContext& context,
                       const Matrix* data) {
  const bool chord = config.alpha == "chord", systematic = config.beta == "systematic";
  if (systematic && context.data_points < 2)
    throw Inapplicable("K = 1: beta 'systematic' divides the steps between data points");
  if (context.data_points > context.workers) return {};  // which the base class refuses
  std::vector<double> steps;
  if (data != nullptr && (chord || systematic)) steps = steps_of(*data);
  CurvePoints points;
  if (!chord)
    points.alpha = config.alpha == "equispaced" ? math::equispaced(context.data_points)
                                                : math::chebyshev_first(context.data_points);
  else if (data != nullptr)
    points.alpha = math::chord_points(steps, config.alpha_power);
  if (!systematic)
    points.beta = worker_points(config.beta, context.workers);
  else if (data != nullptr)
    points.beta = math::systematic_points(points.alpha, steps, context.workers);
  return points;
}

}  // namespace

void CurveCode::Config::fields(Fields& fields) {
  label_field(fields, label);
  fields.text({"alpha",
               "the data's points: Chebyshev of the first kind, equispaced, or by the lengths of "
               "the steps between the data"},
              alpha, {"chebyshev", "equispaced", "chord"});
  fields.number({"alpha_power",
                 "of alpha 'chord': gaps are lengths to this power; 1 suits scalars, 0.5 vectors"},
                alpha_power, {0.0, 4.0, false});
  fields.text({"beta",
               "the workers' points: Chebyshev of the second or first kind, equispaced, or all of "
               "the data's points and parts of the longest steps between them"},
              beta, {"chebyshev", "first_kind", "equispaced", "systematic"});
  ordering_field(fields, ordering);
  assignment_field(fields, assignment);
  robust_field(fields, robust);
  fields.text({"encoder", "curve through the data"}, encoder,
              {"berrut", "lagrange", "linear", "spline", "quintic"});
  fields.text({"decoder",
               "curve through the answers, kriging in the space of the inputs, or the curve that "
               "errs least at answers that are left out, chosen anew for each trial"},
              decoder,
              {"berrut", "floater_hormann", "spline", "quintic", "polynomial", "kriging", "auto"});
  lambda_fields(fields, lambda_encode, lambda_decode, {"theory", "gcv", "loo"});
  fields.number_or_rule({"degree",
                         "of the decoders 'polynomial' and 'floater_hormann'; 'loo': by the errors "
                         "at answers that are left out one at a time"},
                        degree, {0.0, 1e6, false}, {"loo"});
  fields.text(
      {"caution",
       "of the decoder 'auto': weigh errors at and between answers, or only those between them"},
      caution, {"balanced", "cautious"});
}

CurveCode::CurveCode(Config config, const CodeContext& context)
    : CurveCode(checked(std::move(config), context.where), context, nullptr) {}

CurveCode::CurveCode(Config config, const CodeContext& context, const Matrix* data)
    : CurveScheme(config, context, points_for(config, context, data)),
      config_(std::move(config)),
      splines_(config_, context, {alpha(), beta()},
               {config_.lambda_encode, config_.lambda_decode, penalty_of(config_.encoder),
                penalty_of(config_.decoder)}),
      has_data_(data != nullptr) {
  if (config_.decoder != "kriging") return;
  if (context.workers > math::kLargestKriging)
    throw Inapplicable(fmt::format("N = {}: the decoder 'kriging' works up to N = {}",
                                   context.workers, math::kLargestKriging));
  if (data == nullptr) return;
  places_ = math::reduced_places(*data);
  coded_places_ = encode(places_).inputs;
}

bool CurveCode::looks_at_data() const {
  return config_.alpha == "chord" || config_.beta == "systematic" || config_.decoder == "kriging";
}

std::unique_ptr<Scheme> CurveCode::for_data(const Matrix& data) const {
  if (!looks_at_data()) return nullptr;
  return std::unique_ptr<Scheme>(new CurveCode(config_, context(), &data));
}

void CurveCode::require_data() const {
  if (looks_at_data() && !has_data_)
    throw NeedsData("alpha 'chord', beta 'systematic' and the decoder 'kriging' look at the data",
                    "the matrix depends on the data of each trial",
                    "choose others to look at the matrix");
}

CodecCost CurveCode::cost(const CodecSizes& sizes) const {
  const auto& [points, width, outputs, received] = sizes;
  CodecCost cost = CurveScheme::cost(sizes);
  if (is_spline(config_.encoder)) cost.encode = splines_.cost(sizes).encode;
  if (is_spline(config_.decoder)) cost.decode = splines_.cost(sizes).decode;
  if (config_.decoder == "kriging") {
    cost.encode += 2.0 * points * points * width;
    cost.decode += received * received * (received / 3.0 + 2.0 * points);
  }
  if ((config_.decoder == "floater_hormann" && config_.degree.is("loo")) ||
      config_.decoder == "auto")
    cost.decode += received * received * outputs;
  return cost;
}

Matrix CurveCode::encoder_matrix() const {
  require_data();
  const Interpolant* const curve = interpolant(config_.encoder);
  return curve != nullptr ? curve->matrix(beta(), alpha()) : splines_.encoder_matrix();
}

Encoded CurveCode::encode(const Matrix& data) const {
  if (!is_spline(config_.encoder)) return LinearScheme::encode(data);
  require_data();
  return splines_.encode(data);
}

Matrix CurveCode::decoder_matrix(std::span<const WorkerId> received) const {
  require_data();
  if (is_spline(config_.decoder)) return splines_.decoder_matrix(received);
  if (config_.decoder == "kriging") {
    const std::vector<Index> rows(received.begin(), received.end());
    return math::kriging_matrix(places_, coded_places_(rows, Eigen::all));
  }
  if (config_.decoder == "auto")
    throw NeedsData("the decoder is 'auto'", "the matrix depends on the data of each trial",
                    "choose a decoder to look at the matrix");
  const std::vector<double> nodes = beta_of(received);
  if (config_.decoder == "berrut") return decoder_matrix(nodes, 0);
  if (config_.degree.is("loo"))
    throw NeedsData("degree is 'loo'", "the matrix depends on the data of each trial",
                    "give a number to look at the matrix");
  return decoder_matrix(nodes, static_cast<std::size_t>(config_.degree.number));
}

Matrix CurveCode::decoder_matrix(const std::vector<double>& nodes, std::size_t degree) const {
  if (config_.decoder == "polynomial")
    return math::PolynomialFit(alpha(), nodes, degree).matrix(degree);
  return math::barycentric_matrix(alpha(), nodes, math::floater_hormann_weights(nodes, degree));
}

bool CurveCode::weights_need_answers() const {
  if (is_spline(config_.decoder)) return splines_.weights_need_answers();
  if (config_.decoder == "auto") return true;
  return config_.degree.is("loo") &&
         (config_.decoder == "polynomial" || config_.decoder == "floater_hormann");
}

CurveDecoder CurveCode::decoder_for(MatrixView answers, std::span<const WorkerId> received) const {
  require_data();
  if (is_spline(config_.decoder)) return splines_.decoder_for(answers, received);
  if (!weights_need_answers()) return {decoder_matrix(received)};
  const std::vector<double> nodes = beta_of(received);
  if (config_.decoder == "auto") {
    const auto caution =
        config_.caution == "cautious" ? math::Caution::kCautious : math::Caution::kBalanced;
    math::DecoderChoice choice = math::choose_decoder(alpha(), nodes, answers, caution);
    const bool smooths =
        choice.kind == math::DecoderKind::kSpline || choice.kind == math::DecoderKind::kQuintic;
    return {std::move(choice.matrix), smooths ? choice.parameter : kNaN};
  }
  if (config_.decoder == "floater_hormann")
    return {decoder_matrix(nodes, math::floater_hormann_degree(nodes, answers))};
  const math::PolynomialFit fit(alpha(), nodes, kLargestLooDegree);
  return {fit.matrix(fit.degree_by_leaving_out(answers))};
}

Decoded CurveCode::decode(MatrixView results, std::span<const WorkerId> received) const {
  require_data();
  if (is_spline(config_.decoder)) return splines_.decode(results, received);
  if (config_.decoder == "polynomial") {
    const bool leave_out = config_.degree.is("loo");
    const auto degree = static_cast<std::size_t>(config_.degree.number);
    const math::PolynomialFit fit(alpha(), beta_of(received),
                                  leave_out ? kLargestLooDegree : degree);
    return {fit.evaluate(results, leave_out ? fit.degree_by_leaving_out(results) : degree), 0,
            kNaN};
  }
  if (config_.decoder == "auto") {
    const CurveDecoder decoder = decoder_for(results, received);
    return {decoder.matrix * results, 0, decoder.lambda};
  }
  if (config_.decoder == "floater_hormann" && config_.degree.is("loo")) {
    const std::vector<double> nodes = beta_of(received);
    return {decoder_matrix(nodes, math::floater_hormann_degree(nodes, results)) * results, 0, kNaN};
  }
  return LinearScheme::decode(results, received);
}

}  // namespace laggard::schemes
