// Measured times that are drawn from a delay whose parameters are known.
#pragma once

#include <string>
#include <vector>

#include "faults/make.hpp"
#include "faults/trace_table.hpp"

namespace laggard::testing {

/// Of so many workers and rounds. Times beyond `limit_s` are only known to be longer.
inline std::vector<faults::Measurement> drawn(const std::string& delay, std::uint32_t workers,
                                              std::uint32_t rounds, Seconds limit_s = 1e300) {
  const auto law = make_delay(delay);
  std::vector<faults::Measurement> rows;
  for (std::uint32_t round = 0; round < rounds; ++round)
    for (WorkerId worker = 0; worker < workers; ++worker) {
      faults::Measurement row{worker, round, law->sample({77, round, worker})};
      row.answered = row.seconds <= limit_s;
      if (!row.answered) row.seconds = limit_s;
      rows.push_back(row);
    }
  return rows;
}

}  // namespace laggard::testing
