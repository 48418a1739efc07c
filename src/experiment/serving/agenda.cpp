#include "experiment/serving/agenda.hpp"

#include <bit>

namespace laggard::serving {

Agenda::Agenda(std::uint32_t slots)
    : width_(std::max(2U, std::bit_ceil(slots))), leaves_(width_), winners_(width_) {
  for (std::uint32_t node = width_ - 1; node >= 1; --node)
    winners_[node] = node >= width_ / 2 ? 2 * node - width_ : winners_[2 * node];
}

void Agenda::replay(std::uint32_t slot) {
  std::uint32_t node = (slot + width_) / 2;
  std::uint32_t winner = better(slot & ~1U, slot | 1U);
  winners_[node] = winner;
  while (node > 1) {
    winner = better(winner, winners_[node ^ 1U]);
    node /= 2;
    winners_[node] = winner;
  }
}

}  // namespace laggard::serving
