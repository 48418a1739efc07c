#include "schemes/nercc.hpp"

namespace laggard::schemes {

void Nercc::Config::fields(Fields& fields) {
  CurveConfig::fields(fields);
  lambda_fields(fields, lambda_encode, lambda_decode, {"gcv", "loo", kTunedRule});
}

Nercc::Nercc(Config config, const CodeContext& context)
    : SplineScheme(config, context, {config.lambda_encode, config.lambda_decode}) {}

}  // namespace laggard::schemes
