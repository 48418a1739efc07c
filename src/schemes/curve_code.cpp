#include "schemes/curve_code.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "math/barycentric.hpp"
#include "math/broken_line.hpp"
#include "math/kriging.hpp"
#include "math/points.hpp"
#include "schemes/curve/chosen_decoder.hpp"
#include "schemes/curve/interpolant.hpp"
#include "schemes/curve/kriging_decoder.hpp"
#include "schemes/curve/polynomial_decoder.hpp"
#include "schemes/curve/rational_decoder.hpp"

namespace laggard::schemes {
namespace {

using Config = CurveCode::Config;

template <math::Penalty kPenalty>
std::unique_ptr<CurveEncoder> spline_encoder(const Config& config, const CodeContext& context) {
  return std::make_unique<SplineEncoder>(SplineEncoder::Rules{config.lambda_encode, kPenalty},
                                         context);
}

template <math::Penalty kPenalty>
std::unique_ptr<CurveDecoder> spline_decoder(const Config& config, const CodeContext& context) {
  return std::make_unique<SplineDecoder>(SplineDecoder::Rules{config.lambda_decode, kPenalty},
                                         context);
}

template <Matrix (*kCurve)(std::span<const double>, std::span<const double>)>
std::unique_ptr<CurveEncoder> interpolant(const Config&, const CodeContext&) {
  return std::make_unique<Interpolant>(kCurve);
}

template <class Part>
struct PartKind {
  std::string_view name;
  std::unique_ptr<Part> (*make)(const Config&, const CodeContext&);
};

const std::vector<PartKind<CurveEncoder>>& encoders() {
  static const std::vector<PartKind<CurveEncoder>> table{
      {"berrut", interpolant<math::berrut_matrix>},
      {"lagrange", interpolant<math::lagrange_matrix>},
      {"linear", interpolant<math::broken_line_matrix>},
      {"spline", spline_encoder<math::Penalty::kSeminorm>},
      {"quintic", spline_encoder<math::Penalty::kThird>},
  };
  return table;
}

const std::vector<PartKind<CurveDecoder>>& decoders() {
  using Decoder = std::unique_ptr<CurveDecoder>;
  static const std::vector<PartKind<CurveDecoder>> table{
      {"berrut",
       [](const Config&, const CodeContext&) -> Decoder {
         return std::make_unique<BerrutDecoder>();
       }},
      {"floater_hormann",
       [](const Config& config, const CodeContext&) -> Decoder {
         return std::make_unique<FloaterHormannDecoder>(config.degree);
       }},
      {"spline", spline_decoder<math::Penalty::kSeminorm>},
      {"quintic", spline_decoder<math::Penalty::kThird>},
      {"polynomial",
       [](const Config& config, const CodeContext&) -> Decoder {
         return std::make_unique<PolynomialDecoder>(config.degree);
       }},
      {"kriging",
       [](const Config&, const CodeContext& context) -> Decoder {
         return std::make_unique<KrigingDecoder>(context);
       }},
      {"auto",
       [](const Config& config, const CodeContext&) -> Decoder {
         return std::make_unique<ChosenDecoder>(
             config.caution == "cautious" ? math::Caution::kCautious : math::Caution::kBalanced);
       }},
  };
  return table;
}

template <class Part>
Names names_of(const std::vector<PartKind<Part>>& table) {
  Names names;
  for (const PartKind<Part>& entry : table) names.push_back(entry.name);
  return names;
}

/// The configuration's reader knows the names.
template <class Part>
std::unique_ptr<Part> make_part(const std::vector<PartKind<Part>>& table, const std::string& name,
                                const Config& config, const CodeContext& context) {
  for (const PartKind<Part>& entry : table)
    if (entry.name == name) return entry.make(config, context);
  throw std::logic_error("no part of a curve is called " + name);
}

/// A smoothing spline, cubic or quintic.
bool is_spline(const std::string& name) {
  return name == "spline" || name == "quintic";
}

/// What does not fit together, whatever the sizes are.
Config checked(Config config, const CodeContext& context) {
  const std::string& where = context.where;
  const auto refuse = [&](const std::string& key, const std::string& why,
                          const std::string& remedy) {
    throw ConfigError(fmt::format("{}/{} is set", where, key), why, remedy);
  };
  const Config otherwise;
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
  if (config.weights != otherwise.weights && !is_spline(config.decoder) &&
      config.decoder != "polynomial")
    refuse("weights", fmt::format("the decoder '{}' does not weigh answers", config.decoder),
           "leave it out, or take the decoder 'spline', 'quintic' or 'polynomial'");
  if (config.weights != otherwise.weights && config.assignment != otherwise.assignment)
    refuse("weights", fmt::format("assignment is '{}'", config.assignment),
           "leave one of them out: weights know the workers in their order");
  if (config.alpha != "chord" && is_set(config.alpha_power, otherwise.alpha_power))
    refuse("alpha_power", fmt::format("alpha is '{}'", config.alpha),
           "leave it out, or set alpha to 'chord'");
  if (config.beta == "systematic" && is_set(config.lambda_encode, otherwise.lambda_encode))
    refuse("lambda_encode",
           "beta is 'systematic', which asks for an encoder that passes through the data",
           "leave it out, or take another beta");
  require_own_decoder(config, where,
                      {{"decoder", config.decoder != otherwise.decoder},
                       {"lambda_decode", is_set(config.lambda_decode, otherwise.lambda_decode)},
                       {"degree", is_set(config.degree, otherwise.degree)},
                       {"caution", config.caution != otherwise.caution},
                       {"weights", config.weights != otherwise.weights}});
  if (config.weights == "variance" && context.noise_sigmas.empty())
    refuse("weights",
           context.gradients ? "answers in a training have no noise"
                             : "the noise is the same for all workers",
           context.gradients ? "leave it out" : "leave it out, or take the noise 'groups'");
  return config;
}

std::vector<double> steps_of(const Matrix& data) {
  std::vector<double> steps;
  for (Index k = 1; k < data.rows(); ++k) steps.push_back((data.row(k) - data.row(k - 1)).norm());
  return steps;
}

/// The first member that does; "" if none.
std::string looks_at_data(const Config& config) {
  if (config.alpha == "chord") return "alpha is 'chord'";
  if (config.beta == "systematic") return "beta is 'systematic'";
  return config.decoder == "kriging" ? "decoder is 'kriging'" : "";
}

/// None where the code has to see data that are not there.
CurvePoints points_for(const Config& config, const CodeContext& context, const Matrix* data) {
  const bool systematic = config.beta == "systematic";
  if (systematic && context.data_points < 2)
    throw Inapplicable("K = 1: beta 'systematic' divides the steps between data points");
  // The base class refuses more data points than workers.
  if (context.data_points > context.workers) return {};
  const std::string waiting = data == nullptr ? looks_at_data(config) : "";
  if (!waiting.empty()) return {{}, {}, waiting};
  std::vector<double> steps;
  if (data != nullptr) steps = steps_of(*data);
  CurvePoints points;
  if (config.alpha == "chord")
    points.alpha = math::chord_points(steps, config.alpha_power.number);
  else
    points.alpha = config.alpha == "equispaced" ? math::equispaced(context.data_points)
                                                : math::chebyshev_first(context.data_points);
  points.beta = systematic ? math::systematic_points(points.alpha, steps, context.workers)
                           : worker_points(config.beta, context.workers);
  return points;
}

}  // namespace

void CurveCode::Config::fields(Fields& fields) {
  label_field(fields, label);
  fields.text({"alpha",
               "the data's points: Chebyshev of the first kind, equispaced, or by the lengths of "
               "the steps between the data"},
              alpha, {"chebyshev", "equispaced", "chord"});
  fields.number_or_rule(
      {"alpha_power",
       "with alpha 'chord', gaps are lengths to this power; 1 suits scalars, 0.5 vectors"},
      alpha_power, {0.0, 4.0, false}, {kTunedRule});
  fields.text({"beta",
               "the workers' points: Chebyshev of the second or first kind, equispaced, or all of "
               "the data's points and parts of the longest steps between them"},
              beta, {"chebyshev", "first_kind", "equispaced", "systematic"});
  ordering_field(fields, ordering);
  assignment_field(fields, assignment);
  robust_field(fields, robust);
  fields.text(
      {"encoder", "curve through the data; 'spline' is cubic, and 'quintic' a spline of degree 5"},
      encoder, names_of(encoders()));
  fields.text(
      {"decoder",
       "curve through the answers, kriging in the space of the inputs, or the curve that "
       "errs least at answers that are left out, chosen anew for each trial. 'quintic' errs "
       "less than the cubic 'spline' where f is smooth, many answers come and nothing "
       "disturbs them, and more in wide gaps and with noise; its lambda weighs int u'''^2"},
      decoder, names_of(decoders()));
  lambda_fields(fields, lambda_encode, lambda_decode, {"theory", "gcv", "loo", kTunedRule});
  fields.number_or_rule(
      {"degree",
       "degree of the decoders 'polynomial' and 'floater_hormann'; 'loo' finds it by "
       "the errors at answers that are left out one at a time"},
      degree, {0.0, 1e6, false}, {"loo", kTunedRule});
  fields.text({"caution",
               "which errors the decoder 'auto' weighs: those at and between answers, or only "
               "those between them"},
              caution, {"balanced", "cautious"});
  fields.text(
      {"weights",
       "how the decoders 'spline', 'quintic' and 'polynomial' weigh answers: all alike, or by the "
       "inverse of the variance of the worker's noise (noise 'groups')"},
      weights, {"none", "variance"});
}

CurveCode::CurveCode(Config config, const CodeContext& context)
    : CurveCode(checked(std::move(config), context), context, nullptr) {}

CurveCode::CurveCode(Config config, const CodeContext& context, const Matrix* data)
    : CurveScheme(config, context, points_for(config, context, data),
                  {make_part(encoders(), config.encoder, config, context),
                   make_part(decoders(), config.decoder, config, context),
                   config.weights == "variance" ? context.noise_sigmas : std::vector<double>()}),
      config_(std::move(config)) {
  require_looked_up(config_.alpha_power);
  require_looked_up(config_.degree);
  if (data == nullptr || !decoder().needs_inputs()) return;
  Matrix places = math::reduced_places(*data);
  Matrix coded = encode(places).inputs;
  decoder().place(std::move(places), std::move(coded));
}

std::vector<Tunable> CurveCode::tunables() const {
  std::vector<Tunable> all = CurveScheme::tunables();
  // Systematic points ask for an encoder that passes through the data.
  if (config_.beta == "systematic")
    std::erase_if(all, [](const Tunable& one) { return one.name == "lambda_encode"; });
  if (config_.alpha == "chord")
    all.insert(all.begin(), {"alpha_power", Tunable::Scale::kLinear, 0.0, 2.0, true});
  return all;
}

std::unique_ptr<Scheme> CurveCode::for_data(const Matrix& data) const {
  if (looks_at_data(config_).empty()) return nullptr;
  return std::unique_ptr<Scheme>(new CurveCode(config_, context(), &data));
}

Caveat CurveCode::caveat(const Survivors& survivors) const {
  const bool swings = config_.encoder == "lagrange" && config_.alpha != "chebyshev";
  const bool fixed_degree = config_.degree.rule.empty() && (config_.decoder == "polynomial" ||
                                                            config_.decoder == "floater_hormann");
  constexpr double kWorthSaying = 10.0, kSpoiling = 1e3;
  const double growth = swings ? encoder_matrix().cwiseAbs().rowwise().sum().maxCoeff() : 1.0;
  if (!(growth < kWorthSaying))
    return {fmt::format("coded inputs are up to {:.0e} times as large as the data in the first "
                        "trial: a polynomial through the data swings unless alpha is 'chebyshev'; "
                        "take that, or another encoder",
                        growth),
            !(growth < kSpoiling)};
  const std::vector<WorkerId> received = fixed_degree ? survivors() : std::vector<WorkerId>();
  constexpr std::size_t kMostNodes = 5000;  // finding out takes quadratic time
  if (!received.empty() && received.size() <= kMostNodes)
    if (Caveat rounding = rounding_caveat(
            decoder_matrix(received), "a smaller degree and the decoder 'spline' do not have that");
        !rounding.text.empty())
      return rounding;
  return CurveScheme::caveat(survivors);
}

}  // namespace laggard::schemes
