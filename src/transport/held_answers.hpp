// Answers that are computed but leave later: a delay is a timer, not a rank that sleeps, so that
// one rank can host many slow workers.
#pragma once

#include <limits>
#include <vector>

#include "transport/transport.hpp"

namespace laggard::transport {

struct HeldAnswer {
  Seconds due_s = 0.0;  ///< on the rank's own clock
  Arrival arrival;
  std::vector<double> values;  ///< one worker's row; empty once its round is over
};

class HeldAnswers {
 public:
  /// Takes over the rows of a block. Answers with an infinite delay never leave and are not kept.
  void hold(const Arrival& block, MatrixView rows, std::span<const Seconds> delays,
            Seconds computed_s);

  /// Frees the values of rounds before `round`: nobody waits for them, only for the time at which
  /// they come.
  void release_before(std::uint32_t round);

  bool empty() const { return answers_.empty(); }
  Seconds next_due_s() const {
    return answers_.empty() ? std::numeric_limits<Seconds>::infinity() : answers_.front().due_s;
  }
  /// The earliest one. There must be one.
  HeldAnswer pop();

 private:
  std::vector<HeldAnswer> answers_;  // a heap, the earliest in front
  std::uint32_t round_ = 0;
};

}  // namespace laggard::transport
