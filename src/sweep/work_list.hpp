// What a run that has several masters still has to do.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/experiment.hpp"
#include "core/records.hpp"
#include "sweep/plan_runner.hpp"
#include "sweep/schedule.hpp"
#include "sweep/work_pool.hpp"

namespace laggard::sweep {

/// The trials that are wanted without those that the schedule's sink has, of which it tells
/// `on_trial`.
class WorkList {
 public:
  WorkList(const config::Plan& plan, const std::vector<PointRecord>& points,
           const Schedule& schedule, OnTrial on_trial);

  /// The next trial for one of the masters, if there is one. Later there may be more: the schedule
  /// decides when the trials are there that others have taken.
  std::optional<Assignment> take(std::uint32_t master);
  /// A trial that a master took and will not finish.
  void give_back(const WorkUnit& unit) { pool_.give_back(unit); }

 private:
  const config::Plan& plan_;
  const std::vector<PointRecord>& points_;
  const Schedule& schedule_;
  OnTrial on_trial_;
  WorkPool pool_;
};

}  // namespace laggard::sweep
