#include "sweep/work_pool.hpp"

namespace laggard::sweep {

std::size_t WorkPool::choose(std::uint32_t group) {
  const auto found = at_work_.find(group);
  if (found != at_work_.end() && left(found->second) > 0) return found->second;
  while (first_unclaimed_ < combinations_.size() &&
         (combinations_[first_unclaimed_].claimed || left(first_unclaimed_) == 0))
    ++first_unclaimed_;
  if (first_unclaimed_ < combinations_.size()) return first_unclaimed_;
  std::size_t most = 0;
  for (std::size_t i = 1; i < combinations_.size(); ++i)
    if (left(i) > left(most)) most = i;
  return combinations_.empty() || left(most) == 0 ? combinations_.size() : most;
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
