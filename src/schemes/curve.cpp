#include "schemes/curve.hpp"

#include <fmt/format.h>

#include "math/curve_order.hpp"
#include "math/points.hpp"

namespace laggard::schemes {

void CurveConfig::fields(Fields& fields) {
  label_field(fields, label);
  fields.text({"beta", "the workers' points: Chebyshev of the second kind, or equispaced"}, beta,
              {"chebyshev", "equispaced"});
  fields.text({"ordering",
               "order of the data on the curve; 'experiment': as /ordering says for all schemes"},
              ordering, {"experiment", "none", "path"});
}

CurveScheme::CurveScheme(const CurveConfig& config, const CodeContext& context)
    : context_(context),
      path_ordering_(config.ordering == "path" ||
                     (config.ordering == "experiment" && context.path_ordering)),
      alpha_(math::chebyshev_first(context.data_points)),
      beta_(config.beta == "chebyshev" ? math::chebyshev_second(context.workers)
                                       : math::equispaced(context.workers)) {
  if (context.data_points > context.workers)
    throw Inapplicable(
        fmt::format("K = {} > N = {}: a curve needs at least as many workers as data points",
                    context.data_points, context.workers));
  if (path_ordering_ && context.data_points > math::kLargestPath)
    throw Inapplicable(fmt::format("K = {}: ordering 'path' works up to K = {}",
                                   context.data_points, math::kLargestPath));
}

std::vector<double> CurveScheme::beta_of(std::span<const WorkerId> received) const {
  std::vector<double> points;
  points.reserve(received.size());
  for (const WorkerId worker : received) points.push_back(beta_[worker]);
  return points;
}

}  // namespace laggard::schemes
