// Who answers when, from a list of delays.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "round/wait.hpp"

namespace laggard::testing {

inline constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();

/// Of workers that answer at the same time, the lower one is first.
inline round::Arrivals arrivals_of(std::vector<Seconds> delay_s) {
  round::Arrivals arrivals{std::move(delay_s), {}};
  for (WorkerId worker = 0; worker < arrivals.delay_s.size(); ++worker)
    if (std::isfinite(arrivals.delay_s[worker])) arrivals.order.push_back(worker);
  std::stable_sort(arrivals.order.begin(), arrivals.order.end(), [&](WorkerId a, WorkerId b) {
    return arrivals.delay_s[a] < arrivals.delay_s[b];
  });
  return arrivals;
}

}  // namespace laggard::testing
