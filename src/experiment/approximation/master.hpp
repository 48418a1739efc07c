// The master of one trial: draw it, send it through the code, measure.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/random.hpp"
#include "core/records.hpp"
#include "core/result_sink.hpp"
#include "experiment/approximation/setup.hpp"
#include "round/coded_round.hpp"

namespace laggard::approximation {

/// What a run with these options writes.
Layout layout_of(const OutputConfig& output);

/// What a trial is, before any scheme touches it: data, losses and delays do not depend on the
/// scheme.
struct Trial {
  std::uint32_t number = 0;
  std::uint32_t step = 0;  ///< that its losses, delays and noise are addressed by
  data::Sample sample;
  Matrix truth;  ///< K x m; empty until find_truth()
  std::uint32_t truth_nonfinite = 0;
  mutable std::optional<round::DataPath> path;  ///< found when the first scheme wants it
  std::vector<WorkerId> lost;                   ///< ascending
  round::Arrivals arrivals;
};

/// What the losses, delays and noise of tuning are addressed by. No trial has so many steps.
inline constexpr std::uint32_t kTuningStep = kSteps - 1;

/// Its data alone.
data::Sample draw_sample(const Setup& setup, std::uint32_t number,
                         data::Part part = data::Part::kTrials);

/// Without the truth. `part` kHoldout gives the trials for tuning: other data, and losses of their
/// own.
Trial draw_trial(const Setup& setup, std::uint32_t number, data::Part part = data::Part::kTrials);
/// Runs the model on the K inputs.
void find_truth(const Setup& setup, Trial& trial);

/// Its losses and delays alone, for its number and step.
void draw_arrivals(const Setup& setup, Trial& trial);
/// The same with other losses than those of the setup.
void draw_arrivals(const Setup& setup, const faults::Stragglers& stragglers, Trial& trial);

/// Who is in by the end of waiting on the virtual clock, of a scheme with so many active workers.
round::CutOff cut_off(const Setup& setup, const Trial& trial, std::uint32_t active);

/// A trial of some points.
struct Work {
  std::uint32_t trial = 0;
  std::vector<const ActivePoint*> points;

  bool operator==(const Work&) const = default;
};

/// Runs trials of one setup over a transport that was configured for it, on the setup's clock.
class Master {
 public:
  Master(const Setup& setup, const round::ClockParts& parts, ResultSink& sink)
      : setup_(setup),
        clock_(round::make_clock(setup.config.clock, parts, setup.time)),
        ranks_(parts.transport.roster()),
        sink_(sink) {}

  /// Runs the points of a trial, one after the other, and hands the records to the sink; `done` is
  /// called after each. Where other ranks compute, they have the tasks of the next points, and of
  /// those of `next`, before the truth is found and this point is decoded. Errors: Interrupted if a
  /// signal came; RunError from workers.
  void run(const Work& work, const std::optional<Work>& next, const std::function<void()>& done);

 private:
  /// A point whose tasks are with the workers.
  struct Started {
    const ActivePoint& point;
    std::unique_ptr<const Trial> hit = nullptr;  ///< with the losses that harm this scheme
    double random_mse = kNaN;                    ///< with random losses in their place
    std::unique_ptr<round::CodedRound> round = nullptr;
  };

  /// Work that may have begun.
  struct Underway {
    explicit Underway(Work wanted) : work(std::move(wanted)) {}
    bool all_started() const { return next == work.points.size(); }

    Work work;
    std::optional<Trial> trial = std::nullopt;  ///< drawn for the first point
    std::size_t next = 0;                       ///< point to be started
    std::deque<std::unique_ptr<Started>> started{};
  };

  void start_next(Underway& underway, std::size_t most);
  std::unique_ptr<Started> start(const Trial& trial, const ActivePoint& point);
  /// Makes the trial's rows.
  void finish(const Trial& trial, Started& started);
  /// Whether a point has a round of its own before that of the trial.
  bool rehearses() const;
  /// How many points may be with the workers at once.
  std::size_t depth(const Work& work) const;
  bool predicts(const Trial& trial) const;
  void report(const std::vector<round::RankFailure>& failures, const Trial& trial,
              const ActivePoint& point);
  round::RoundRequest request_of(const Trial& trial, const ActivePoint& point) const;
  /// On the virtual clock, the record has no measured times.
  TrialRecord record_of(const Trial& trial, const ActivePoint& point,
                        const round::CodedAnswer& coded) const;
  /// Takes the matrices.
  void report_predictions(const Trial& trial, const ActivePoint& point,
                          round::CodedAnswer& coded) const;

  const Setup& setup_;
  std::unique_ptr<round::Clock> clock_;
  const transport::Roster& ranks_;
  ResultSink& sink_;
  std::unique_ptr<Underway> ahead_;  // what the next call will bring
};

}  // namespace laggard::approximation
