#include "schemes/learned.hpp"

#include <fmt/format.h>

namespace laggard::schemes {

void Learned::Config::fields(Fields& fields) {
  GroupConfig::fields(fields);
  fields.text(
      {"weights", "file with the weights of encoder and decoder, written by `laggard train`"},
      weights);
}

Learned::Learned(Config config, const CodeContext& context) : GroupScheme(config, context) {
  if (config.weights.empty())
    throw ConfigError(fmt::format("{}/weights is empty", context.where),
                      "it names the trained encoder and decoder",
                      "train them with `laggard train`, see configs/train-code-*.json");
  if (context.trained == nullptr) throw std::logic_error("learned has nobody to ask for networks");
  networks_ = context.trained->code(
      {config.weights, fmt::format("{}/weights", context.where), config.k, config.r});
}

Matrix Learned::parities(const Matrix& data) const {
  Matrix parity(Index{groups()} * r(), data.cols());
  networks_.encode(rows_of(data, 0, data.rows()),
                   MatrixSpan(parity.data(), parity.rows(), parity.cols()));
  return parity;
}

void Learned::reconstruct(MatrixView results, const std::vector<LostGroup>& groups,
                          Matrix& estimates) const {
  const Index m = results.cols(), count = static_cast<Index>(groups.size());
  Matrix outputs = Matrix::Zero(count, size() * m), decoded(count, k() * m);
  for (Index b = 0; b < count; ++b)
    for (Index i = 0; i < size(); ++i)
      if (const Index row = groups[static_cast<std::size_t>(b)].row_of[static_cast<std::size_t>(i)];
          row >= 0)
        outputs.row(b).segment(i * m, m) = results.row(row);
  networks_.decode(rows_of(outputs, 0, count), MatrixSpan(decoded.data(), count, decoded.cols()));
  for (Index b = 0; b < count; ++b) {
    const LostGroup& group = groups[static_cast<std::size_t>(b)];
    for (const Index i : group.lost)
      estimates.row(group.group * k() + i) = decoded.row(b).segment(i * m, m);
  }
}

}  // namespace laggard::schemes
