#include "transport/in_process.hpp"

#include "core/stopwatch.hpp"

namespace laggard::transport {

void InProcess::dispatch(std::uint32_t, const BlockId& block, MatrixView inputs) {
  queue_.push_back({block, inputs});
}

std::optional<Arrival> InProcess::receive(Seconds, const Placement& place) {
  if (queue_.empty()) return std::nullopt;
  const Task task = queue_.front();
  queue_.pop_front();
  Arrival arrival{task.block, 0.0};
  double* target = place(task.block);
  if (target == nullptr) return arrival;
  const Stopwatch watch;
  (*function_)(task.block, task.inputs,
               MatrixSpan(target, task.inputs.rows(), function_->outputs()));
  arrival.compute_s = watch.elapsed();
  return arrival;
}

}  // namespace laggard::transport
