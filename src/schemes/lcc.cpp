#include "schemes/lcc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "math/barycentric.hpp"

namespace laggard::schemes {

void Lcc::Config::fields(Fields& fields) {
  CurveConfig::fields(fields);
  fields.number_or_rule({"degree", "degree of f; 'auto': the model's, if it is a polynomial"},
                        degree, {1.0, 1e6, false}, {"auto"});
}

Lcc::Lcc(Config config, const CodeContext& context) : CurveScheme(config, context), threshold_(0) {
  const auto at_degree = [&](double degree) {
    return static_cast<std::size_t>((context.data_points - 1.0) * degree) + 1;
  };
  if (!config.degree.is("auto"))
    threshold_ = at_degree(config.degree.number);
  else if (context.polynomial_degree)
    threshold_ = at_degree(*context.polynomial_degree);
}

std::size_t Lcc::used_of(std::size_t available) const {
  return threshold_ > 0 ? std::min(threshold_, available) : available;
}

Matrix Lcc::encoder_matrix() const {
  return math::lagrange_matrix(beta(), alpha());
}

Matrix Lcc::decoder_matrix(std::span<const WorkerId> received) const {
  const std::size_t available = received.size();
  const std::size_t used = used_of(available);
  std::vector<std::size_t> columns(used);
  std::vector<WorkerId> chosen(used);
  for (std::size_t i = 0; i < used; ++i) {
    // Evenly by rank, both ends included; (available - 1) >= (used - 1) keeps them distinct.
    columns[i] = used == 1 ? available / 2 : (i * (available - 1) + (used - 1) / 2) / (used - 1);
    chosen[i] = received[columns[i]];
  }
  const std::vector<double> nodes = beta_of(chosen);
  Matrix compact = math::lagrange_matrix(alpha(), nodes);
  if (used == available) return compact;
  Matrix decoder = Matrix::Zero(compact.rows(), static_cast<Index>(available));
  for (std::size_t i = 0; i < used; ++i)
    decoder.col(static_cast<Index>(columns[i])) = compact.col(static_cast<Index>(i));
  return decoder;
}

Caveat Lcc::caveat(const Survivors& survivors) const {
  constexpr std::size_t kMostNodes = 5000;  // finding out takes quadratic time
  constexpr double kDigits = 16.0, kWorthSaying = 8.0, kTooFew = 4.0;
  const std::vector<WorkerId> received = survivors();
  if (received.empty()) return {};
  if (used_of(received.size()) <= kMostNodes) {
    const double growth = decoder_matrix(received).cwiseAbs().rowwise().sum().maxCoeff();
    const double left = kDigits - std::log10(growth);
    if (!(left >= kWorthSaying))
      return {fmt::format(
                  "decoding multiplies rounding errors by up to {:.0e} in the first trial, which "
                  "leaves {} of 16 digits; fewer data points help, and bacc and letcc do not "
                  "have that",
                  growth, left >= 1.0 ? fmt::format("{:.0f}", std::floor(left)) : "none"),
              !(left >= kTooFew)};
  }
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
