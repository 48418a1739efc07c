#include "transport/in_process.hpp"

#include <algorithm>

namespace laggard::transport {

std::shared_ptr<Round> InProcess::open(Round round) {
  auto opened = Transport::open(std::move(round));
  held_.release_before(rounds_.oldest());
  return opened;
}

void InProcess::dispatch(const Round& round, const Block& block, std::span<const Seconds> delays) {
  queue_.push_back(
      {round.id_of(block), {delays.begin(), delays.end()}, delays.empty() ? 0.0 : time_->now()});
}

std::optional<Arrival> InProcess::compute_next() {
  const Task task = std::move(queue_.front());
  queue_.pop_front();
  const auto round = rounds_.find(task.block.round);
  if (!round) return std::nullopt;
  const Block block{task.block.first_worker, task.block.count};
  const Index outputs = round->results->cols();
  Matrix held(task.delays.empty() ? 0 : block.count, outputs);
  double* const target =
      task.delays.empty() ? round->results_from(block.first_worker) : held.data();
  const Seconds begun_s = time_->now();
  if (round->shared && shared_ != round->number) {
    function_->share(task.block, rows_of(*round->shared, 0, round->shared->rows()));
    shared_ = round->number;
  }
  (*function_)(task.block, round->inputs_of(block), MatrixSpan(target, block.count, outputs));
  const Arrival done{task.block, time_->now() - begun_s};
  if (task.delays.empty()) return done;
  held_.hold(done, rows_of(held, 0, held.rows()), task.delays, task.dispatched_s + done.compute_s);
  return std::nullopt;
}

Arrival InProcess::deliver_held() {
  const HeldAnswer answer = held_.pop();
  if (const auto round = rounds_.find(answer.arrival.block.round))
    std::copy(answer.values.begin(), answer.values.end(),
              round->results_from(answer.arrival.block.first_worker));
  return answer.arrival;
}

std::optional<Arrival> InProcess::receive(Seconds patience) {
  // A look at the clock costs as much as a small task.
  while (held_.empty() && !queue_.empty() && queue_.front().delays.empty())
    if (const auto arrival = compute_next()) return arrival;
  const Seconds give_up_s = time_->now() + patience;
  for (;;) {
    const Seconds now_s = time_->now();
    if (held_.next_due_s() <= now_s) return deliver_held();
    if (!queue_.empty()) {
      if (const auto arrival = compute_next()) return arrival;
      continue;
    }
    if (now_s >= give_up_s) return std::nullopt;
    time_->sleep_until(std::min(held_.next_due_s(), give_up_s));
  }
}

}  // namespace laggard::transport
