#include "schemes/uncoded.hpp"

#include <fmt/format.h>

namespace laggard::schemes {

Uncoded::Uncoded(Config config, const CodeContext& context)
    : Replication(missing_rule(config.missing, context.data_points), context.data_points,
                  context.data_points) {
  if (context.data_points > context.workers)
    throw Inapplicable(fmt::format("K = {} > N = {}: uncoded needs a worker for each data point",
                                   context.data_points, context.workers));
}

}  // namespace laggard::schemes
