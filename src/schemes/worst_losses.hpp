// Which workers an adversary would keep from answering.
#pragma once

#include "schemes/scheme.hpp"

namespace laggard::schemes {

/// A trial in which nobody is lost.
struct Answered {
  const Scheme& scheme;
  const std::vector<WorkerId>& workers;  ///< ascending
  const Matrix& results;                 ///< a row for each of them
  const Matrix& truth;                   ///< K x m, in the order of the scheme's data
};

/// `count` of the workers whose loss makes the squared error of the estimates large, ascending; all
/// of them if they are no more. A search, for nobody tries all sets:
///  - every run of `count` neighbours. For splines the worst of them is most often the worst set;
///  - greedy: one worker after the other, each the one whose loss hurts most. Where no single loss
///    hurts, as with copies, all workers go together that one data point rests on;
///  - from both ends, exchanges of one lost worker for another as long as one helps.
/// Costs (S + 1) N decodes for S = `count`, and S N for each sweep of exchanges, of which there are
/// at most three from each start (tests/schemes/worst_losses_test.cpp compares it
/// with all sets for small N); see Scheme::errors_without_each() for schemes that need fewer.
std::vector<WorkerId> worst_losses(const Answered& trial, std::uint32_t count);

}  // namespace laggard::schemes
