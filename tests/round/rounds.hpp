// Rounds for the tests of clocks: worker n gets the number n, and doubles it.
#pragma once

#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "round/arrivals.hpp"
#include "round/clock.hpp"

namespace laggard::testing {

/// Doubles its inputs.
class Twice final : public transport::BlockFunction {
 public:
  void operator()(const transport::BlockId&, MatrixView inputs, MatrixSpan outputs) const override {
    outputs = 2 * inputs;
  }
};

inline std::unique_ptr<transport::BlockFunction> make_twice(const std::string&) {
  return std::make_unique<Twice>();
}

/// Blocks of two workers.
inline round::RoundRequest request_of(const round::Arrivals& arrivals) {
  round::RoundRequest request;
  request.point = 3;
  request.trial = 9;
  request.block_size = 2;
  request.keep_workers = true;
  request.arrivals = &arrivals;
  request.inputs.resize(static_cast<Index>(arrivals.delay_s.size()), 1);
  std::iota(request.inputs.data(), request.inputs.data() + request.inputs.size(), 0.0);
  return request;
}

inline void check_results(const round::Answers& answers) {
  REQUIRE(answers.results.rows() == static_cast<Index>(answers.workers.size()));
  for (std::size_t i = 0; i < answers.workers.size(); ++i)
    CHECK(answers.results(static_cast<Index>(i), 0) == 2.0 * answers.workers[i]);
}

inline std::vector<WorkerId> workers_with(WorkerStatus status,
                                          const std::vector<WorkerRecord>& rows) {
  std::vector<WorkerId> workers;
  for (const WorkerRecord& row : rows)
    if (row.status == status) workers.push_back(row.worker);
  return workers;
}

inline std::vector<std::uint32_t> ranks_of(const std::vector<round::RankFailure>& failures) {
  std::vector<std::uint32_t> ranks;
  for (const round::RankFailure& failure : failures) ranks.push_back(failure.rank);
  return ranks;
}

}  // namespace laggard::testing
