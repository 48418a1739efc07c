// Which trials are still to be handed to a group of ranks.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace laggard::sweep {

/// One trial of a combination of the sweep, for all its schemes.
struct WorkUnit {
  std::uint32_t combination = 0;
  std::uint32_t trial = 0;

  bool operator==(const WorkUnit&) const = default;
};

/// A group stays with its combination, whose data and models it has, as long as that has trials
/// left; then it takes one that nobody works on, or helps where most is left.
class WorkPool {
 public:
  /// `wanted` are the trials of each combination. They are read at each take(), so that they may
  /// grow.
  explicit WorkPool(const std::vector<std::uint32_t>& wanted)
      : wanted_(wanted), combinations_(wanted.size()) {}
  explicit WorkPool(std::vector<std::uint32_t>&&) = delete;

  /// The next trial for a group, if there is one.
  std::optional<WorkUnit> take(std::uint32_t group);
  /// A trial that a group took and will not finish.
  void give_back(const WorkUnit& unit) { returned_.push_back(unit); }

 private:
  struct Combination {
    std::uint32_t next = 0;
    bool claimed = false;
  };

  std::uint32_t left(std::size_t combination) const {
    return wanted_[combination] - combinations_[combination].next;
  }

  /// Index of the combination to take from; the size if all are done.
  std::size_t choose(std::uint32_t group);

  const std::vector<std::uint32_t>& wanted_;
  std::vector<Combination> combinations_;
  std::size_t first_unclaimed_ = 0;
  std::map<std::uint32_t, std::size_t> at_work_;  // combination of each group
  std::deque<WorkUnit> returned_;
};

}  // namespace laggard::sweep
