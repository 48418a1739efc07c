#include "schemes/uncoded.hpp"

#include <fmt/format.h>

namespace laggard::schemes {

namespace {

/// In training, the batch is cut into as many parts as there are workers.
std::uint32_t points_of(const CodeContext& context) {
  return context.gradients ? context.workers : context.data_points;
}

}  // namespace

Uncoded::Uncoded(Config config, const CodeContext& context)
    : Replication(config, context, points_of(context), points_of(context)) {
  if (points_of(context) > context.workers)
    throw Inapplicable(fmt::format("K = {} > N = {}: uncoded needs a worker for each data point",
                                   context.data_points, context.workers));
}

}  // namespace laggard::schemes
