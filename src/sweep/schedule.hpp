// How many trials of each combination are wanted, as far as the rows of finished ones tell.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/experiment.hpp"
#include "core/records.hpp"
#include "core/result_sink.hpp"
#include "sweep/stopping_rule.hpp"

namespace laggard::sweep {

/// Stands before the store that keeps the rows. A combination of the sweep goes on until all its
/// points have shown enough, so that they have the same trials and can be compared one by one.
class Schedule final : public ResultStore {
 public:
  /// The points are those of the plan; all must outlive the schedule.
  Schedule(const config::Plan& plan, const std::vector<PointRecord>& points, ResultStore& store);

  /// Whether rows have a say at all.
  bool is_adaptive() const { return adaptive_; }
  /// A row of a finished unit that the store had before this run.
  void recall(const void* unit_row);

  bool has(std::uint32_t point, std::uint32_t trial) const override {
    return store_.has(point, trial);
  }
  void add(const TableSpec& table, const void* rows, std::size_t count) override;
  void add(Arrays arrays) override { store_.add(std::move(arrays)); }
  void trial_done() override { store_.trial_done(); }

  /// Of each combination, so many first trials may run now. The rows that come in may raise the
  /// numbers; once all wanted trials are there, they are final.
  const std::vector<std::uint32_t>& wanted() const { return wanted_; }
  /// How often a number was raised.
  std::uint64_t raises() const { return raises_; }
  /// Trials of all points, where those that are open take all that they may.
  std::uint64_t most() const { return most_; }
  /// A line if points have reached at_most before their mean was known well enough.
  std::vector<std::string> remarks() const;

 private:
  /// A combination that may get more trials.
  struct Open {
    StoppingRule rule;
    const Column* column;                                    // that is judged
    std::vector<const PointRecord*> points;                  // those that run
    std::optional<std::size_t> rival;                        // among them
    std::vector<std::vector<std::optional<double>>> values;  // of each of them, by trial
    std::uint64_t missing = 0;                               // of the wanted ones
  };

  void open(const config::Combination& combination);
  /// Wants the first `trials` trials.
  void want(std::uint32_t combination, Open& open, std::uint32_t trials);
  /// Asks for more, or closes the combination, while all that it wants is there.
  void go_on(std::uint32_t combination, Open& open);
  /// Of the points; 0 for the one that the others are compared with.
  static std::vector<double> relative_half_widths(const Open& open, std::uint32_t trials);

  const std::vector<PointRecord>& points_;
  ResultStore& store_;
  const TableSpec& units_;
  bool adaptive_ = false;
  std::vector<std::uint32_t> wanted_;
  std::uint64_t raises_ = 0, most_ = 0;
  std::map<std::uint32_t, Open> open_;             // by the number of the combination
  std::map<std::uint32_t, double> unsure_;         // points at at_most: relative half-width
  std::map<std::uint32_t, std::string> meanless_;  // points without a mean: the column
};

/// Errors: ConfigError if a combination is to be compared with a scheme that it lacks.
void check_rivals(const config::Plan& plan, const std::vector<PointRecord>& points);

}  // namespace laggard::sweep
