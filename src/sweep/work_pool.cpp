#include "sweep/work_pool.hpp"

#include <algorithm>

namespace laggard::sweep {

WorkPool::WorkPool(const std::vector<std::uint32_t>& trials) {
  combinations_.reserve(trials.size());
  for (const std::uint32_t count : trials) combinations_.push_back({0, count, false});
}

std::size_t WorkPool::choose(std::uint32_t group) {
  const auto found = at_work_.find(group);
  if (found != at_work_.end() && combinations_[found->second].left() > 0) return found->second;
  while (first_unclaimed_ < combinations_.size() &&
         (combinations_[first_unclaimed_].claimed || combinations_[first_unclaimed_].left() == 0))
    ++first_unclaimed_;
  if (first_unclaimed_ < combinations_.size()) return first_unclaimed_;
  const auto most = std::max_element(
      combinations_.begin(), combinations_.end(),
      [](const Combination& a, const Combination& b) { return a.left() < b.left(); });
  if (most == combinations_.end() || most->left() == 0) return combinations_.size();
  return static_cast<std::size_t>(most - combinations_.begin());
}

std::optional<WorkUnit> WorkPool::take(std::uint32_t group) {
  if (!returned_.empty()) {
    const WorkUnit unit = returned_.front();
    returned_.pop_front();
    return unit;
  }
  const std::size_t chosen = choose(group);
  if (chosen == combinations_.size()) return std::nullopt;
  at_work_[group] = chosen;
  Combination& combination = combinations_[chosen];
  combination.claimed = true;
  return WorkUnit{static_cast<std::uint32_t>(chosen), combination.next++};
}

}  // namespace laggard::sweep
