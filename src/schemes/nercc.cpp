#include "schemes/nercc.hpp"

namespace laggard::schemes {

void Nercc::Config::fields(Fields& fields) {
  CurveConfig::fields(fields);
  fields.number_or_rule({"lambda_encode", "smoothing of the encoder regression"}, lambda_encode,
                        kLambdaRange, {"gcv"});
  fields.number_or_rule({"lambda_decode", "smoothing of the decoder regression"}, lambda_decode,
                        kLambdaRange, {"gcv"});
}

Nercc::Nercc(Config config, const CodeContext& context)
    : SplineScheme(config, context,
                   {config.lambda_encode, config.lambda_decode, math::Penalty::kSeminorm, {}}) {}

}  // namespace laggard::schemes
