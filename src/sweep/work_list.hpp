// What a run that has several masters still has to do.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/experiment.hpp"
#include "core/records.hpp"
#include "core/result_sink.hpp"
#include "sweep/plan_runner.hpp"
#include "sweep/work_pool.hpp"

namespace laggard::sweep {

/// A trial for one master, and those of its points that are in the file already.
struct Assignment {
  WorkUnit unit;
  std::vector<std::uint32_t> finished;
};

/// The trials of a plan without those that the sink has, of which it tells `on_trial`.
class WorkList {
 public:
  WorkList(const config::Plan& plan, const std::vector<PointRecord>& points, const ResultSink& sink,
           OnTrial on_trial);

  /// The next trial for one of the masters, if there is one.
  std::optional<Assignment> take(std::uint32_t master);
  /// A trial that a master took and will not finish.
  void give_back(const WorkUnit& unit) { pool_.give_back(unit); }

 private:
  /// Nothing if no point of the unit is missing.
  std::optional<std::vector<std::uint32_t>> finished_points(const WorkUnit& unit) const;

  const config::Plan& plan_;
  const std::vector<PointRecord>& points_;
  const ResultSink& sink_;
  OnTrial on_trial_;
  WorkPool pool_;
};

}  // namespace laggard::sweep
