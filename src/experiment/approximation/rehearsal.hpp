// What the workers would answer in a trial, for questions that one round does not decide.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/records.hpp"
#include "experiment/approximation/master.hpp"
#include "schemes/worst_losses.hpp"

namespace laggard::approximation {

/// The honest answers of all active workers to one scheme, nobody lost or late. It is a round of
/// its own: the workers compute once more. Answers have the bits that they have in the trial.
/// Liars lie anew for each set of answers, and a scheme with a defence decodes with it.
class Rehearsal {
 public:
  /// `request` is what the trial asks. Errors: those of Clock::finish().
  Rehearsal(const Trial& trial, const ActivePoint& point, const round::Attack& attack,
            round::RoundRequest request, round::Clock& clock);

  /// Ranks that failed meanwhile.
  const std::vector<round::RankFailure>& failures() const { return failures_; }

  /// The losses that hurt this scheme most, as far as a search finds them. It takes the honest
  /// answers, and decodes without a defence.
  std::vector<WorkerId> worst(std::uint32_t count) const;

  /// Mean squared error of the estimates from the answers of these workers, ascending.
  double mse_from(const std::vector<WorkerId>& received) const;

  /// The error after every arrival. `order` has the workers that answer, by the time when they do.
  std::vector<AnytimeRecord> anytime(const std::vector<WorkerId>& order,
                                     const std::vector<Seconds>& delay_s) const;

 private:
  /// What the master would make of these answers. A worker that has nothing to do, or whose rank
  /// has failed, has no answer.
  schemes::Decoded decoded_from(const std::vector<WorkerId>& received) const;

  const Trial& trial_;
  const ActivePoint& point_;
  const std::optional<round::Attack> attack_;
  const round::FittedScheme scheme_;
  const Matrix truth_;  // in the order of the scheme
  std::vector<WorkerId> workers_;
  Matrix results_;
  std::vector<round::RankFailure> failures_;
};

}  // namespace laggard::approximation
