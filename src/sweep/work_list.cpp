#include "sweep/work_list.hpp"

#include <algorithm>

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
    Assignment assignment = assignment_of(plan_, *unit, schedule_);
    for (std::size_t i = 0; i < assignment.finished.size(); ++i)
      on_trial_(TrialState::kFoundFinished);
    if (anything_to_run(assignment)) return assignment;
  }
  return std::nullopt;
}

bool WorkList::anything_to_run(const Assignment& assignment) const {
  const config::Combination& combination = plan_.combinations[assignment.unit.combination];
  const auto first = points_.begin() + combination.first_point;
  const auto skipped =
      std::count_if(first, first + combination.config->points(),
                    [](const PointRecord& point) { return !point.skipped.empty(); });
  return assignment.finished.size() + static_cast<std::size_t>(skipped) <
         combination.config->points();
}

}  // namespace laggard::sweep
