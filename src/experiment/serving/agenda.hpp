// The times of the next events of a simulation.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.hpp"

namespace laggard::serving {

/// A priority queue of a fixed number of slots, each with at most one time: a tournament tree. The
/// earliest time wins, and of equal times the one that was set first. set() and clear() cost log2
/// of the number of slots, next() nothing.
class Agenda {
 public:
  explicit Agenda(std::uint32_t slots);

  void set(std::uint32_t slot, Seconds time) {
    leaves_[slot] = {time, ++sequence_};
    replay(slot);
  }
  void clear(std::uint32_t slot) {
    leaves_[slot] = {};
    replay(slot);
  }

  bool empty() const { return leaves_[winners_[1]].time == kNever; }
  /// The slot with the earliest time, if there is one.
  std::uint32_t next() const { return winners_[1]; }
  Seconds time() const { return leaves_[winners_[1]].time; }

 private:
  static constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();

  struct Entry {
    Seconds time = kNever;
    std::uint64_t sequence = 0;
    bool before(const Entry& other) const {
      return time < other.time || (time == other.time && sequence < other.sequence);
    }
  };

  std::uint32_t better(std::uint32_t a, std::uint32_t b) const {
    return leaves_[b].before(leaves_[a]) ? b : a;
  }
  void replay(std::uint32_t slot);

  std::uint32_t width_;  // leaves of the tree, a power of two
  std::uint64_t sequence_ = 0;
  std::vector<Entry> leaves_;
  std::vector<std::uint32_t> winners_;  // of node i, whose children are 2 i and 2 i + 1
};

}  // namespace laggard::serving
