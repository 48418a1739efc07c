#include "sweep/work_list.hpp"

#include <span>

namespace laggard::sweep {

WorkList::WorkList(const config::Plan& plan, const std::vector<PointRecord>& points,
                   const Schedule& schedule, OnTrial on_trial)
    : plan_(plan),
      points_(points),
      schedule_(schedule),
      on_trial_(std::move(on_trial)),
      pool_(schedule.wanted()) {}

std::optional<Assignment> WorkList::take(std::uint32_t master) {
  while (const auto unit = pool_.take(master)) {
    Assignment assignment = assignment_of(plan_, *unit, schedule_, on_trial_);
    const config::Combination& combination = plan_.combinations[unit->combination];
    const auto points =
        std::span(points_).subspan(combination.first_point, combination.config->points());
    if (!missing_points(points, assignment).empty()) return assignment;
  }
  return std::nullopt;
}

}  // namespace laggard::sweep
