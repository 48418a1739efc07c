#include "schemes/nercc.hpp"

namespace laggard::schemes {

void Nercc::Config::fields(Fields& fields) {
  CurveConfig::fields(fields);
  lambda_fields(fields, lambda_encode, lambda_decode, {"gcv", "loo", kTunedRule});
}

Nercc::Nercc(Config config, const CodeContext& context)
    : CurveScheme(
          config, context,
          {std::make_unique<SplineEncoder>(SplineEncoder::Rules{config.lambda_encode}, context),
           std::make_unique<SplineDecoder>(SplineDecoder::Rules{config.lambda_decode}, context)}) {}

}  // namespace laggard::schemes
