// The master of one trial: encode, dispatch, collect, decode, measure.
#pragma once

#include <memory>
#include <vector>

#include "core/records.hpp"
#include "core/result_sink.hpp"
#include "runtime/clock.hpp"
#include "runtime/setup.hpp"

namespace laggard::runtime {

/// What a run with these options writes.
Layout layout_of(const config::OutputConfig& output);

/// What a trial is, before any scheme touches it: data, losses and delays do not depend on the
/// scheme.
struct Trial {
  std::uint32_t number = 0;
  data::Sample sample;
  Matrix truth;  ///< K x m
  std::uint32_t truth_nonfinite = 0;
  std::vector<std::uint32_t> order;  ///< short path; empty if no scheme wants one
  double path_ratio = kNaN;
  Seconds order_s = 0.0;
  std::vector<WorkerId> lost;  ///< ascending
  Arrivals arrivals;
};

/// `part` kHoldout gives the trials for tuning: other data, and losses of their own.
Trial draw_trial(const Setup& setup, std::uint32_t number, data::Part part = data::Part::kTrials);

/// Runs trials of one setup over a transport that was configured for it, on the setup's clock.
class Master {
 public:
  Master(const Setup& setup, const ClockParts& parts, ResultSink& sink)
      : setup_(setup), clock_(make_clock(setup.config.clock, parts)), sink_(sink) {}

  /// Runs one point's trial and hands the records to the sink. Errors: Interrupted if a signal
  /// came; RunError from workers.
  void run(const Trial& trial, const ActivePoint& point);

 private:
  Answers collect(const Trial& trial, const ActivePoint& point, Matrix inputs);
  /// On the virtual clock, the record has the waiting time alone.
  void put_times(TrialRecord& record, const TimingRecord& timing) const;

  const Setup& setup_;
  std::unique_ptr<Clock> clock_;
  ResultSink& sink_;
};

}  // namespace laggard::runtime
