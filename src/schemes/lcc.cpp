#include "schemes/lcc.hpp"

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

Matrix Lcc::encoder_matrix() const {
  return math::barycentric_matrix(beta(), alpha(), math::lagrange_weights(alpha()));
}

Matrix Lcc::decoder_matrix(std::span<const WorkerId> received) const {
  const std::size_t available = received.size();
  const bool enough = threshold_ > 0 && threshold_ < available;
  const std::size_t used = enough ? threshold_ : available;
  std::vector<std::size_t> columns(used);
  std::vector<WorkerId> chosen(used);
  for (std::size_t i = 0; i < used; ++i) {
    // Evenly by rank, both ends included; (available - 1) >= (used - 1) keeps them distinct.
    columns[i] = used == 1 ? available / 2 : (i * (available - 1) + (used - 1) / 2) / (used - 1);
    chosen[i] = received[columns[i]];
  }
  const std::vector<double> nodes = beta_of(chosen);
  Matrix compact = math::barycentric_matrix(alpha(), nodes, math::lagrange_weights(nodes));
  if (!enough) return compact;
  Matrix decoder = Matrix::Zero(compact.rows(), static_cast<Index>(available));
  for (std::size_t i = 0; i < used; ++i)
    decoder.col(static_cast<Index>(columns[i])) = compact.col(static_cast<Index>(i));
  return decoder;
}

}  // namespace laggard::schemes
