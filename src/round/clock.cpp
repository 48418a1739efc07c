#include "round/clock.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "round/virtual_clock.hpp"
#include "round/wall_clock.hpp"

namespace laggard::round {
namespace {

constexpr Seconds kPatience_s = 0.2;

}  // namespace

PendingRound::PendingRound(const ClockParts& parts, RoundRequest request, const WaitPolicy& policy)
    : parts_(parts),
      request_(std::move(request)),
      policy_(policy),
      inputs_(std::make_shared<const Matrix>(std::move(request_.inputs))) {}

Seconds PendingRound::patience_s() const {
  return kPatience_s;  // then the master looks for signals
}

std::vector<WorkerRecord> PendingRound::first_rows() const {
  std::vector<WorkerRecord> rows(active());
  for (WorkerId worker = 0; worker < rows.size(); ++worker) {
    const Seconds delay_s = request_.arrivals->delay_s[worker];
    WorkerRecord& row = rows[worker];
    row.point = request_.point;
    row.trial = request_.trial;
    row.worker = worker;
    row.rank = parts_.transport.roster().rank_of(worker / request_.block_size);
    row.status = std::isfinite(delay_s) ? WorkerStatus::kLate : WorkerStatus::kLost;
    if (std::isfinite(delay_s)) row.delay_s = delay_s;
  }
  return rows;
}

std::shared_ptr<PendingRound> Clock::begin(RoundRequest request, const WaitPolicy& policy) {
  std::erase_if(pending_, [](const auto& round) { return round.expired(); });
  auto round = dispatch(std::move(request), policy);
  pending_.push_back(round);
  return round;
}

Answers Clock::finish(PendingRound& round, bool keep_record) {
  round.pass_time(false);
  while (!round.complete()) {
    if (interrupted()) throw Interrupted("interrupted");
    const auto arrival = parts_.transport.receive(round.patience_s());
    if (arrival) take(*arrival, round);
    round.pass_time(!arrival);
  }
  Answers answers = round.answers();
  answers.failures = std::move(failures_);
  failures_.clear();
  if (!keep_record) report(std::exchange(answers.record, {}));
  return answers;
}

void Clock::take(const transport::Arrival& arrival, PendingRound& awaited) {
  if (arrival.failed != 0) {
    failures_.push_back({arrival.failed, parts_.time.now()});
    parts_.ledger.fail(arrival.failed);
    for (const auto& pending : pending_)
      if (const auto round = pending.lock()) round->fail(arrival.failed);
    return;
  }
  if (awaited.has_number(arrival.block.round)) return awaited.take(arrival);
  for (const auto& pending : pending_)
    if (const auto round = pending.lock(); round && round->has_number(arrival.block.round))
      return round->take(arrival);
  parts_.ledger.late(arrival, parts_.time.now());
}

std::unique_ptr<Clock> make_clock(const std::string& name, const ClockParts& parts,
                                  TimeModel model) {
  if (name == "wall") return std::make_unique<WallClock>(parts);
  return std::make_unique<VirtualClock>(parts, std::move(model));
}

}  // namespace laggard::round
