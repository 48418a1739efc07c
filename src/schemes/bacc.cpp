#include "schemes/bacc.hpp"

#include "math/barycentric.hpp"

namespace laggard::schemes {

void Bacc::Config::fields(Fields& fields) {
  CurveConfig::fields(fields);
  fields.text({"signs", "decoder signs over the survivors, or by worker index (wrong, for study)"},
              signs, {"alternating", "original"});
}

Bacc::Bacc(Config config, const CodeContext& context)
    : CurveScheme(config, context), original_signs_(config.signs == "original") {}

Matrix Bacc::encoder_matrix() const {
  return math::barycentric_matrix(beta(), alpha(), math::berrut_weights(alpha().size()));
}

Matrix Bacc::decoder_matrix(std::span<const WorkerId> received) const {
  std::vector<double> weights = math::berrut_weights(received.size());
  if (original_signs_)
    for (std::size_t i = 0; i < received.size(); ++i)
      weights[i] = received[i] % 2 == 0 ? 1.0 : -1.0;
  return math::barycentric_matrix(alpha(), beta_of(received), weights);
}

}  // namespace laggard::schemes
