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
           std::make_unique<SplineDecoder>(SplineDecoder::Rules{config.lambda_decode}, context)}) {
  require_own_decoder(config, context.where,
                      {{"lambda_decode", is_set(config.lambda_decode, Config().lambda_decode)}});
}

}  // namespace laggard::schemes
