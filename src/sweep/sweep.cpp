#include "sweep/sweep.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "sweep/schedule.hpp"

namespace laggard::sweep {

Sweep::Sweep(const ExperimentKind& kind, config::Plan plan, std::timed_mutex* files)
    : kind_(kind), plan_(std::move(plan)), files_(files), make_(kind.maker()) {}

Sweep Sweep::twin() const {
  Sweep twin(kind_, plan_, files_);
  twin.keep_unfinished(unfinished_);
  return twin;
}

Layout Sweep::layout() const {
  Layout layout = kind_.layout(plan_.common());
  layout.tables.push_back({&table_of<FailureRecord>(), TableRole::kLog});
  return layout;
}

std::unique_lock<std::timed_mutex> Sweep::reading() const {
  return files_ != nullptr ? std::unique_lock(*files_) : std::unique_lock<std::timed_mutex>();
}

std::unique_ptr<Experiment> Sweep::make(std::size_t combination) {
  const auto files = reading();
  try {
    return make_(plan_.combinations[combination]);
  } catch (const Error& error) {
    const std::string message = plan_.combinations[combination].swept.blame(error.what());
    if (message == error.what()) throw;
    if (error.code() == ExitCode::kUsage) throw ConfigError(message);
    throw Error(error.code(), message);
  }
}

std::vector<PointRecord> Sweep::points(const std::function<void(const Experiment&)>& visit) {
  std::vector<PointRecord> points;
  for (std::size_t combination = 0; combination < plan_.combinations.size(); ++combination) {
    const auto experiment = make(combination);
    stop_if_interrupted();
    if (visit) visit(*experiment);
    for (PointRecord& point : experiment->points()) points.push_back(std::move(point));
  }
  check_rivals(plan_, points);
  return points;
}

void require_work(const std::vector<PointRecord>& points) {
  for (const PointRecord& point : points)
    if (point.skipped.empty()) return;
  throw ConfigError("there is nothing to run",
                    points.empty() ? "no points" : points.front().skipped,
                    "change what this names; `laggard check CONFIG` lists every point");
}

bool stops_early(const config::Plan& plan) {
  return std::any_of(plan.combinations.begin(), plan.combinations.end(),
                     [](const config::Combination& combination) {
                       return combination.config->trials.until.has_value();
                     });
}

std::uint64_t count_trials(const config::Plan& plan, const std::vector<PointRecord>& points) {
  std::uint64_t trials = 0;
  for (const PointRecord& point : points)
    if (point.skipped.empty()) trials += plan.combinations[point.combination].config->trials.most;
  return trials;
}

}  // namespace laggard::sweep
