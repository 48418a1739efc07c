// A sweep whose trials run side by side in one process.
#pragma once

#include <cstdint>
#include <vector>

#include "sweep/plan_runner.hpp"

namespace laggard::sweep {

/// What run_plan() does, by `jobs` threads: each is a master with its own workers, models and
/// memory. A trial's rows reach the schedule together, and are those of run_plan() whatever the
/// number of jobs; only the order of the trials differs. `schedule` and `on_trial` are called by
/// one thread at a time. The plan must not measure time. Errors: those of run_plan(); the first one
/// stops all.
void run_plan_in_jobs(const Kinds& kinds, const Sweep& sweep,
                      const std::vector<PointRecord>& points, std::uint32_t jobs,
                      Schedule& schedule, const OnTrial& on_trial);

}  // namespace laggard::sweep
