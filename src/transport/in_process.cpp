#include "transport/in_process.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace laggard::transport {

void InProcess::dispatch(std::uint32_t, const BlockId& block, MatrixView inputs,
                         std::span<const Seconds> delays) {
  round_ = block.round;
  queue_.push_back({block, inputs, {delays.begin(), delays.end()}, clock_.elapsed()});
}

Arrival InProcess::compute(const Task& task, double* target) const {
  const Stopwatch watch;
  (*function_)(task.block, task.inputs,
               MatrixSpan(target, task.inputs.rows(), function_->outputs()));
  return {task.block, watch.elapsed()};
}

std::optional<Arrival> InProcess::receive(Seconds patience, const Placement& place) {
  if (queue_.empty() || !queue_.front().delays.empty()) return receive_delayed(patience, place);
  const Task task = std::move(queue_.front());
  queue_.pop_front();
  double* target = place(task.block);
  return target == nullptr ? Arrival{task.block, 0.0} : compute(task, target);
}

std::optional<Arrival> InProcess::receive_delayed(Seconds patience, const Placement& place) {
  const Seconds give_up_s = clock_.elapsed() + patience;
  for (;;) {
    const Seconds now_s = clock_.elapsed();
    if (held_.next_due_s() <= now_s) {
      const HeldAnswer answer = held_.pop();
      if (double* target = place(answer.arrival.block); target != nullptr)
        std::copy(answer.values.begin(), answer.values.end(), target);
      return answer.arrival;
    }
    if (!queue_.empty()) {
      const Task task = std::move(queue_.front());
      queue_.pop_front();
      Matrix rows(task.inputs.rows(), function_->outputs());
      const Arrival done = compute(task, rows.data());
      held_.hold(done, rows_of(rows, 0, rows.rows()), task.delays,
                 task.dispatched_s + done.compute_s);
      continue;
    }
    if (now_s >= give_up_s) return std::nullopt;
    std::this_thread::sleep_for(
        std::chrono::duration<Seconds>(std::min(held_.next_due_s(), give_up_s) - now_s));
  }
}

void InProcess::retire_round(Matrix, Matrix) {
  held_.release_before(round_ + 1);
  queue_.clear();
}

}  // namespace laggard::transport
