#include "schemes/lcc.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "math/barycentric.hpp"
#include "schemes/curve/interpolant.hpp"
#include "schemes/curve/polynomial_decoder.hpp"

namespace laggard::schemes {

void Lcc::Config::fields(Fields& fields) {
  CurveConfig::fields(fields);
  fields.number_or_rule({"degree", "degree of f; 'auto': the model's, if it is a polynomial"},
                        degree, {1.0, 1e6, false}, {"auto"});
}

namespace {

/// (K - 1) degree + 1; 0: unknown. Errors: ConfigError if the degree is not whole.
std::size_t threshold_of(const Lcc::Config& config, const CodeContext& context) {
  if (config.degree.rule.empty() && config.degree.number != std::floor(config.degree.number))
    throw ConfigError(fmt::format("{}/degree is {}", context.where, config.degree.number),
                      "the degree of a polynomial is a whole number",
                      "round it up, or take \"auto\"");
  const auto at_degree = [&](double degree) {
    return static_cast<std::size_t>((context.data_points - 1.0) * degree) + 1;
  };
  if (!config.degree.is("auto")) return at_degree(config.degree.number);
  return context.polynomial_degree ? at_degree(*context.polynomial_degree) : 0;
}

}  // namespace

Lcc::Lcc(Config config, const CodeContext& context)
    : CurveScheme(config, context,
                  {std::make_unique<Interpolant>(math::lagrange_matrix),
                   std::make_unique<LagrangeDecoder>(threshold_of(config, context))}),
      threshold_(threshold_of(config, context)) {
  require_own_decoder(config, context.where, {{"degree", is_set(config.degree, Config().degree)}});
}

Caveat Lcc::caveat(const Survivors& survivors) const {
  constexpr std::size_t kMostNodes = 5000;  // finding out takes quadratic time
  const std::vector<WorkerId> received = survivors();
  if (received.empty()) return {};
  if (LagrangeDecoder::used_of(received.size(), threshold_) <= kMostNodes)
    if (Caveat rounding =
            rounding_caveat(decoder_matrix(received),
                            "fewer data points help, and bacc and letcc do not have that");
        !rounding.text.empty())
      return rounding;
  if (threshold_ == 0)
    return {"the degree of f is not known, so that nothing is exact; say it with \"degree\"",
            false};
  if (received.size() < threshold_)
    return {fmt::format("not exact, since {} answers come and {} are needed", received.size(),
                        threshold_),
            false};
  return {};
}

}  // namespace laggard::schemes
