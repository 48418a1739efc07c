// One step of the workers: the gradient of a batch through a code.
#pragma once

#include <memory>
#include <vector>

#include "experiment/training/placement.hpp"
#include "experiment/training/setup.hpp"
#include "round/clock.hpp"

namespace laggard::training {

struct GradientEstimate {
  std::vector<double> gradient;  ///< P; all 0 if nobody answered
  std::vector<WorkerId> workers;
  Vector weights;
  double lambda = kNaN;
  Seconds waited_s = 0.0;   ///< on the clock of the run
  Seconds collect_s = 0.0;  ///< from here on in real time
  Seconds compute_s = 0.0;
  Seconds decode_s = 0.0;  ///< weights and sum
};

/// Gradients stay with the ranks that computed them. A worker that is ready says so in a few
/// numbers; the wait policy fixes F; the ranks then add up what they have of F, each with the
/// weights of the decoder, and the master adds up their sums. Every term is rounded to a common
/// grid, so that the sum has the same bits for any number of ranks. A rank that dies before it has
/// handed its sum over makes the step begin again, without that rank.
class CodedGradient {
 public:
  CodedGradient(const Setup& setup, const ActivePoint& point, round::Clock& clock,
                const transport::Roster& roster);

  /// What the workers are asked for in a step.
  struct Request {
    std::uint32_t trial = 0, step = 0;
    std::shared_ptr<const Matrix> weights;  ///< 1 x P
    const Matrix& tasks;
    const round::Arrivals& arrivals;
    round::Backlog* backlog = nullptr;  ///< null: all workers are idle
    const Placement* placement =
        nullptr;  ///< whose rows the tasks take; null: they bring their own
  };

  /// Sends the rows to the workers that answer at all, which keep them. `failures` gets the ranks
  /// that died. Errors: Interrupted, RunError from workers.
  void place(const Placement& placement, std::uint32_t trial, const round::Arrivals& to,
             std::vector<round::RankFailure>& failures);

  /// `meanwhile` is called once the workers have their tasks. `failures` gets the ranks that died.
  /// Errors: Interrupted, RunError from workers.
  GradientEstimate estimate(const Request& request, const std::function<void()>& meanwhile,
                            std::vector<round::RankFailure>& failures);

 private:
  round::RoundRequest round_of(std::uint32_t trial, std::uint32_t step, Matrix inputs,
                               Index outputs, const round::Arrivals& arrivals) const;
  /// The round in which the gradients are computed.
  round::RoundRequest first_round(const Request& request, Index sketch) const;
  /// Places the rows with those who miss them. They came to another rank, or theirs has forgotten
  /// what it had. Whether there are any.
  bool place_again(const Request& request, const round::Answers& ready,
                   std::vector<round::RankFailure>& failures);
  /// Whether all terms were there.
  bool add(const Request& request, const round::Answers& ready, GradientEstimate& estimate,
           std::vector<round::RankFailure>& failures);
  /// Decodes each part by itself.
  bool add_parts(const Request& request, const round::Answers& ready, GradientEstimate& estimate,
                 std::vector<round::RankFailure>& failures);

  const Setup& setup_;
  const ActivePoint& point_;
  round::Clock& clock_;
  const transport::Roster& roster_;
  std::unique_ptr<round::WaitPolicy> covered_;
  const round::WaitPolicy& wait_;
};

}  // namespace laggard::training
