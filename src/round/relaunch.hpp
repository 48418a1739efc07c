// Rounds in which late tasks are sent a second time.
#pragma once

#include <limits>
#include <vector>

#include "round/time_model.hpp"
#include "round/wait.hpp"

namespace laggard::round {

/// When the answers are with the master if the tasks that are missing at `factor` times the median
/// of the active workers' answers are sent again. The median is known when half of the workers have
/// answered; if fewer do, no copy is sent. The copies are those of the missing tasks, in the order
/// of the workers, each for the worker that is done first and has no other copy to compute. A copy
///
///   - passes the master's link like every message, B_in / W, and takes latency + B_in / w;
///   - is computed in evaluations compute speed of the worker that has it, plus copy_delay_s;
///   - comes back in B_out / w + latency, and its answer passes the master's link in B_out / W.
///
/// The link serves whoever asks for it first, so that copies and answers slow each other. The first
/// answer of a task counts; the second one passes the link all the same. With a backlog, a worker
/// is busy until it is done with its copies. Tasks of `unreachable` workers are not sent again, and
/// nothing is from `until_s` on: then the master has what it waited for. O(N), and O(c log c) for c
/// copies, beside TimeModel::replies().
Arrivals arrivals_with_copies(const TimeModel& model, const Relaunch& relaunch,
                              const RoundWork& work, const Arrivals& drawn, Backlog* backlog,
                              const std::vector<WorkerId>& unreachable = {},
                              Seconds until_s = std::numeric_limits<Seconds>::infinity());

}  // namespace laggard::round
