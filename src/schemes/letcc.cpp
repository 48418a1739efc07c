#include "schemes/letcc.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace laggard::schemes {

void Letcc::Config::fields(Fields& fields) {
  CurveConfig::fields(fields);
  fields.text({"penalty",
               "what the encoder's lambda weighs: the full norm of H^2 or the seminorm int u''^2"},
              penalty, {"norm", "seminorm"});
  fields.boolean({"centre",
                  "true: the norm is taken of the data minus their mean; false: of the data "
                  "themselves, as published, which depends on where 0 is"},
                 centre);
  lambda_fields(fields, lambda_encode, lambda_decode, {"theory", "gcv", "loo", kTunedRule});
  fields.number({"theory_encode", "c in lambda_encode = c ((S+1)/N)^3"}, theory.encode, kPositive);
  fields.number({"theory_decode", "c in lambda_decode = c (S+1)^(-16/5) N^(-4/5), noisy results"},
                theory.decode, kPositive);
  fields.number({"theory_largest", "largest lambda_decode by theory"}, theory.largest, kPositive);
}

namespace {

CurveParts parts_of(const Letcc::Config& config, const CodeContext& context) {
  const auto penalty = config.penalty == "norm" ? math::Penalty::kNorm : math::Penalty::kSeminorm;
  return {std::make_unique<SplineEncoder>(
              SplineEncoder::Rules{config.lambda_encode, penalty, config.centre, config.theory},
              context),
          std::make_unique<SplineDecoder>(
              SplineDecoder::Rules{config.lambda_decode, math::Penalty::kSeminorm, config.theory},
              context)};
}

}  // namespace

Letcc::Letcc(Config config, const CodeContext& context)
    : CurveScheme(config, context, parts_of(config, context)) {
  // The norm draws the function to 0 even where the data lie on a line, for which the criteria
  // ask for as much smoothing as there is.
  if (is_from_data(config.lambda_encode) && config.penalty == "norm")
    throw ConfigError(
        fmt::format("{}/lambda_encode is \"{}\"", context.where, config.lambda_encode.rule),
        "cross-validation is for the penalty \"seminorm\"",
        "set the penalty so, or give lambda_encode a number or \"theory\"");
  const Config otherwise;
  require_own_decoder(config, context.where,
                      {{"lambda_decode", is_set(config.lambda_decode, otherwise.lambda_decode)},
                       {"theory_decode", config.theory.decode != otherwise.theory.decode},
                       {"theory_largest", config.theory.largest != otherwise.theory.largest}});
}

}  // namespace laggard::schemes
