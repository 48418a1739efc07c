#include "schemes/letcc.hpp"

namespace laggard::schemes {

void Letcc::Config::fields(Fields& fields) {
  CurveConfig::fields(fields);
  fields.text({"penalty", "of the encoder: the full norm of H^2 or the seminorm int u''^2"}, penalty,
              {"norm", "seminorm"});
  fields.number_or_rule({"lambda_encode", "smoothing of the encoder"}, lambda_encode, kLambdaRange,
                        {"theory", "gcv"});
  fields.number_or_rule({"lambda_decode", "smoothing of the decoder"}, lambda_decode, kLambdaRange,
                        {"theory", "gcv"});
  fields.number({"theory_encode", "c in lambda_encode = c ((S+1)/N)^3"}, theory.encode, kPositive);
  fields.number({"theory_decode", "c in lambda_decode = c (S+1)^(-16/5) N^(-4/5), noisy results"},
                theory.decode, kPositive);
  fields.number({"theory_largest", "largest lambda_decode by theory"}, theory.largest, kPositive);
}

Letcc::Letcc(Config config, const CodeContext& context)
    : SplineScheme(config, context,
                   {config.lambda_encode, config.lambda_decode,
                    config.penalty == "norm" ? math::Penalty::kNorm : math::Penalty::kSeminorm,
                    config.theory}) {}

}  // namespace laggard::schemes
