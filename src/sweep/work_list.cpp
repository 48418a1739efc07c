#include "sweep/work_list.hpp"

namespace laggard::sweep {

WorkList::WorkList(const config::Plan& plan, const std::vector<PointRecord>& points,
                   const Schedule& schedule, OnTrial on_trial)
    : plan_(plan),
      points_(points),
      schedule_(schedule),
      on_trial_(std::move(on_trial)),
      pool_(schedule.wanted()) {}

std::optional<Assignment> WorkList::take(std::uint32_t master) {
  while (const auto unit = pool_.take(master))
    if (auto finished = finished_points(*unit)) return Assignment{*unit, std::move(*finished)};
  return std::nullopt;
}

std::optional<std::vector<std::uint32_t>> WorkList::finished_points(const WorkUnit& unit) const {
  std::vector<std::uint32_t> finished;
  std::uint32_t to_run = 0;
  const config::Combination& combination = plan_.combinations[unit.combination];
  const std::uint32_t end = combination.first_point + combination.config->points();
  for (std::uint32_t point = combination.first_point; point < end; ++point) {
    if (!points_[point].skipped.empty()) continue;
    if (schedule_.has(point, unit.trial))
      finished.push_back(point);
    else
      ++to_run;
  }
  for (std::size_t i = 0; i < finished.size(); ++i) on_trial_(TrialState::kFoundFinished);
  if (to_run == 0) return std::nullopt;
  return finished;
}

}  // namespace laggard::sweep
