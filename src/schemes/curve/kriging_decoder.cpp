#include "schemes/curve/kriging_decoder.hpp"

#include <fmt/format.h>

#include "math/kriging.hpp"

namespace laggard::schemes {

KrigingDecoder::KrigingDecoder(const CodeContext& context) {
  if (context.workers > math::kLargestKriging)
    throw Inapplicable(fmt::format("N = {}: the decoder 'kriging' works up to N = {}",
                                   context.workers, math::kLargestKriging));
}

void KrigingDecoder::place(Matrix data, Matrix coded) {
  data_ = std::move(data);
  coded_ = std::move(coded);
}

Matrix KrigingDecoder::matrix(const CurveNodes& nodes) const {
  const std::vector<Index> rows(nodes.workers.begin(), nodes.workers.end());
  return math::kriging_matrix(data_, coded_(rows, Eigen::all));
}

void KrigingDecoder::add_cost(const CodecSizes& sizes, CodecCost& cost) const {
  const auto& [points, width, outputs, received] = sizes;
  cost.encode += 2.0 * points * points * width;
  cost.decode += received * received * (received / 3.0 + 2.0 * points);
}

}  // namespace laggard::schemes
