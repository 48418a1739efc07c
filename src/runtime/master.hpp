// The master of one trial: encode, dispatch, collect, decode, measure.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/records.hpp"
#include "core/result_sink.hpp"
#include "runtime/setup.hpp"
#include "runtime/virtual_clock.hpp"
#include "runtime/wall_clock.hpp"
#include "transport/transport.hpp"

namespace laggard::runtime {

/// What a run with these options writes.
Layout layout_of(const config::OutputConfig& output);

/// Who answers in a trial, and when.
struct Arrivals {
  std::vector<WorkerId> lost;      ///< ascending
  std::vector<WorkerId> arriving;  ///< the others, in an order that settles ties of arrival
  std::vector<Seconds> delay_s;    ///< of `arriving`, element by element
};

/// What a trial is, before any scheme touches it: data, losses and delays do not depend on the
/// scheme.
struct Trial : Arrivals {
  std::uint32_t number = 0;
  data::Sample sample;
  Matrix truth;  ///< K x m
  std::uint32_t truth_nonfinite = 0;
  std::vector<std::uint32_t> order;  ///< short path; empty if no scheme wants one
  double path_ratio = kNaN;
  Seconds order_s = 0.0;
};

/// `part` kHoldout gives the trials for tuning: other data, and losses of their own.
Trial draw_trial(const Setup& setup, std::uint32_t number, data::Part part = data::Part::kTrials);

/// The same if `more` workers (ascending) are lost too.
Arrivals without(const Arrivals& arrivals, const std::vector<WorkerId>& more);

/// The workers that a scheme with `active` workers gets answers from.
CutOff cut_off_among(const Arrivals& all, std::uint32_t active, const WaitPolicy& policy);

/// Runs trials of one setup over a transport that was configured for it. On the virtual clock the
/// delays decide who is late and nobody waits; on the wall clock the workers really are late.
class Master {
 public:
  Master(const Setup& setup, transport::Transport& transport, ResultSink& sink,
         WorkerLedger& ledger)
      : setup_(setup), transport_(transport), sink_(sink), ledger_(ledger) {}

  /// Runs one point's trial and hands the records to the sink. Errors: Interrupted if a signal
  /// came; RunError from workers.
  void run(const Trial& trial, const ActivePoint& point);

 private:
  bool on_wall_clock() const { return setup_.config.clock == "wall"; }
  /// Workers of failed ranks that nobody replaces are lost too: others may be used in their place.
  Answers collect_virtually(const Trial& trial, const ActivePoint& point, Matrix inputs,
                            TimingRecord& timing);
  Answers collect_really(const Trial& trial, const ActivePoint& point, Matrix inputs,
                         TimingRecord& timing);
  /// Active workers of whom no rank takes care, ascending.
  std::vector<WorkerId> homeless(std::uint32_t active) const;
  /// On the virtual clock, the record has the waiting time alone.
  void put_times(TrialRecord& record, const TimingRecord& timing) const;
  void report_workers(const Trial& trial, const ActivePoint& point, const CutOff& cut,
                      const Computed& computed, const std::vector<WorkerId>& failed);
  void report_failures(const TrialRecord& record, const std::vector<std::uint32_t>& ranks);
  /// The workers that a scheme with `active` of them uses; most schemes of a trial share the
  /// answer.
  const CutOff& cut_off_of(const Trial& trial, std::uint32_t active);

  struct LastCut {
    std::uint32_t trial = 0;
    std::uint32_t active = 0;
    CutOff cut;
  };

  const Setup& setup_;
  transport::Transport& transport_;
  ResultSink& sink_;
  WorkerLedger& ledger_;
  std::optional<LastCut> last_cut_;
};

}  // namespace laggard::runtime
