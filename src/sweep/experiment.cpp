#include "sweep/experiment.hpp"

namespace laggard::sweep {

PointRecord point_of(const config::Combination& combination, std::uint32_t index,
                     const std::string& label) {
  PointRecord point;
  point.point = combination.first_point + index;
  point.scheme = label;
  point.parameters = combination.swept.parameters.dump();
  point.combination = combination.number;
  return point;
}

}  // namespace laggard::sweep
