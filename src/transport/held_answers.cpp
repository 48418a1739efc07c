#include "transport/held_answers.hpp"

#include <algorithm>
#include <cmath>

namespace laggard::transport {
namespace {

/// Of two answers that are due together, that of the lower worker leaves first.
bool later(const HeldAnswer& a, const HeldAnswer& b) {
  if (a.due_s != b.due_s) return a.due_s > b.due_s;
  return a.arrival.block.first_worker > b.arrival.block.first_worker;
}

}  // namespace

void HeldAnswers::hold(const Arrival& block, MatrixView rows, std::span<const Seconds> delays,
                       Seconds computed_s) {
  for (Index row = 0; row < rows.rows(); ++row) {
    const Seconds delay_s = delays[static_cast<std::size_t>(row)];
    if (std::isinf(delay_s)) continue;
    HeldAnswer answer{computed_s + delay_s, block, {}};
    answer.arrival.block.first_worker += static_cast<std::uint32_t>(row);
    answer.arrival.block.count = 1;
    const double* values = rows.row(row).data();
    answer.values.assign(values, values + rows.cols());
    answers_.push_back(std::move(answer));
    std::push_heap(answers_.begin(), answers_.end(), later);
  }
}

void HeldAnswers::release_before(std::uint32_t round) {
  if (round == round_) return;
  round_ = round;
  for (HeldAnswer& answer : answers_)
    if (answer.arrival.block.round < round) answer.values = {};
}

HeldAnswer HeldAnswers::pop() {
  std::pop_heap(answers_.begin(), answers_.end(), later);
  HeldAnswer answer = std::move(answers_.back());
  answers_.pop_back();
  return answer;
}

}  // namespace laggard::transport
