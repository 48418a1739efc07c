// A plan together with its kind of experiment: what there is to run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "config/experiment.hpp"
#include "core/records.hpp"
#include "core/result_sink.hpp"
#include "sweep/experiment_kind.hpp"

namespace laggard::sweep {

class Sweep {
 public:
  /// `files`, if there is one, is held while files are read: HDF5 bears one thread at a time.
  Sweep(const ExperimentKind& kind, config::Plan plan, std::timed_mutex* files = nullptr);

  const ExperimentKind& kind() const { return kind_; }
  const config::Plan& plan() const { return plan_; }
  /// Another one of the same plan, for another thread.
  Sweep twin() const;
  /// See Bench::unfinished.
  const std::filesystem::path& unfinished() const { return unfinished_; }
  void keep_unfinished(std::filesystem::path folder) { unfinished_ = std::move(folder); }
  /// The tables of the kind, and one for the ranks that fail.
  Layout layout() const;

  /// Errors: those of the maker; what a swept value causes says so.
  std::unique_ptr<Experiment> make(std::size_t combination);
  /// Every point of the plan with its number and, where it is skipped, the reason. Loads what the
  /// plan needs, so that errors show before anything runs; `visit` sees each experiment. Errors:
  /// those of make() and check_rivals(), Interrupted.
  std::vector<PointRecord> points(const std::function<void(const Experiment&)>& visit = nullptr);
  /// Holds `files`, for others who read files.
  std::unique_lock<std::timed_mutex> reading() const;

 private:
  const ExperimentKind& kind_;
  config::Plan plan_;
  std::timed_mutex* files_;
  Maker make_;
  std::filesystem::path unfinished_;
};

/// Errors: ConfigError if every point is skipped.
void require_work(const std::vector<PointRecord>& points);

/// Whether combinations may end before they have all trials that they may have.
bool stops_early(const config::Plan& plan);

/// Trials that the plan's points will run in all, or the most that they may run.
std::uint64_t count_trials(const config::Plan& plan, const std::vector<PointRecord>& points);

}  // namespace laggard::sweep
