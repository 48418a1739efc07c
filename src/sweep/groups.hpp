// A sweep over several groups of ranks: each has a master of its own and runs whole trials; rank 0
// hands them out and is the only one that writes.
#pragma once

#include "sweep/group_leaders.hpp"
#include "sweep/plan_runner.hpp"
#include "transport/courier.hpp"

namespace laggard::sweep {

/// Rank 0: has the groups run what is wanted and the schedule's sink does not have yet, and
/// dismisses their leaders. A trial's records come in one piece, so that a group that dies leaves
/// nothing half-made; others run its trials. Errors: Interrupted, RunError, and what the groups
/// report.
void run_plan_in_groups(const Sweep& sweep, const std::vector<PointRecord>& points,
                        GroupLeaders& leaders, Schedule& schedule, const OnTrial& on_trial);

/// A group's leader: runs trials until rank 0 has no more, or no pulse. The group's other ranks
/// serve_as_worker().
void lead_group(const Kinds& kinds, const transport::RankGroups& groups, std::uint32_t rank);

}  // namespace laggard::sweep
