// What the workers would answer in a trial, for questions that one round does not decide.
#pragma once

#include <memory>
#include <vector>

#include "core/records.hpp"
#include "experiment/approximation/master.hpp"
#include "schemes/worst_losses.hpp"

namespace laggard::approximation {

/// The honest answers of all active workers to one scheme, nobody lost or late. It is a round of
/// its own: the workers compute once more. Answers have the bits that they have in the trial.
class Rehearsal {
 public:
  /// `request` is what the trial asks. Errors: those of Clock::finish().
  Rehearsal(const Trial& trial, const ActivePoint& point, round::RoundRequest request,
            round::Clock& clock);

  /// Ranks that failed meanwhile.
  const std::vector<round::RankFailure>& failures() const { return failures_; }

  /// The losses that hurt this scheme most, as far as a search finds them.
  std::vector<WorkerId> worst(std::uint32_t count) const;

  /// Mean squared error without the workers in `lost`, ascending.
  double mse_without(const std::vector<WorkerId>& lost) const;

  /// The error after every arrival. `order` has the workers that answer, by the time when they do.
  std::vector<AnytimeRecord> anytime(const std::vector<WorkerId>& order,
                                     const std::vector<Seconds>& delay_s) const;

 private:
  const schemes::Scheme& scheme() const { return own_ ? *own_ : *point_.scheme; }
  schemes::Answered answered() const { return {scheme(), workers_, results_, truth_}; }

  const Trial& trial_;
  const ActivePoint& point_;
  const round::DataPath* path_;
  Matrix data_, truth_;  // in the order of the scheme
  std::unique_ptr<schemes::Scheme> own_;
  std::vector<WorkerId> workers_;
  Matrix results_;
  std::vector<round::RankFailure> failures_;
};

}  // namespace laggard::approximation
