#include "round/worker_ledger.hpp"

#include <algorithm>
#include <iterator>

namespace laggard::round {

void WorkerLedger::add(EndedRound round) {
  auto& [number, rows, begun_s] = round;
  const auto missing = std::count_if(rows.begin(), rows.end(), is_missing);
  if (missing == 0) return sink_(rows);
  waiting_rows_ += rows.size();
  rounds_[number] = {std::move(rows), begun_s, static_cast<std::size_t>(missing)};
  while (waiting_rows_ > most_rows_) hand_over(rounds_.begin());
}

WorkerLedger::Rounds::iterator WorkerLedger::hand_over(Rounds::iterator round) {
  const std::vector<WorkerRecord> rows = std::move(round->second.rows);
  const auto next = rounds_.erase(round);
  waiting_rows_ -= rows.size();
  sink_(rows);
  return next;
}

void WorkerLedger::late(const transport::Arrival& arrival, Seconds now_s) {
  const auto found = rounds_.find(arrival.block.round);
  if (found == rounds_.end()) return;
  Round& round = found->second;
  WorkerRecord& row = round.rows[arrival.block.first_worker];
  row.arrival_s = now_s - round.begun_s;
  row.compute_s = arrival.compute_s;
  if (row.status == WorkerStatus::kFailed) return;  // its row was complete
  if (--round.missing == 0) hand_over(found);
}

void WorkerLedger::fail(std::uint32_t rank) {
  for (auto at = rounds_.begin(); at != rounds_.end();) {
    Round& round = at->second;
    for (WorkerRecord& row : round.rows) {
      if (row.rank != rank || !is_missing(row)) continue;
      row.status = WorkerStatus::kFailed;
      --round.missing;
    }
    at = round.missing > 0 ? std::next(at) : hand_over(at);
  }
}

void WorkerLedger::close() {
  while (!rounds_.empty()) hand_over(rounds_.begin());
}

}  // namespace laggard::round
