#include "schemes/bacc.hpp"

#include "math/barycentric.hpp"
#include "schemes/curve/interpolant.hpp"
#include "schemes/curve/rational_decoder.hpp"

namespace laggard::schemes {

void Bacc::Config::fields(Fields& fields) {
  CurveConfig::fields(fields);
  fields.text({"signs", "decoder signs over the survivors, or by worker index (wrong, for study)"},
              signs, {"alternating", "original"});
}

Bacc::Bacc(Config config, const CodeContext& context)
    : CurveScheme(config, context,
                  {std::make_unique<Interpolant>(math::berrut_matrix),
                   std::make_unique<BerrutDecoder>(config.signs == "original"
                                                       ? BerrutDecoder::Signs::kOfWorkers
                                                       : BerrutDecoder::Signs::kAlternating)}) {
  require_own_decoder(config, context.where, {{"signs", config.signs != Config().signs}});
}

}  // namespace laggard::schemes
