// Groups of workers, each with a share and a number of its own.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace laggard::faults {

/// The sum of the shares, which need not be 1. `where` is the pointer of the component, `numbers`
/// the member with the groups' numbers, `count` how many it has, `one` what one of them is called.
/// Errors: ConfigError unless there is a share for each of them, and one is positive.
inline double whole_of_shares(const std::vector<double>& shares, std::string_view where,
                              std::string_view numbers, std::size_t count, std::string_view one) {
  if (shares.size() != count)
    throw ConfigError(fmt::format("{}/shares has {} numbers", where, shares.size()),
                      fmt::format("{}/{} has {}", where, numbers, count),
                      fmt::format("give every group a share and a {}", one));
  const double whole = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (!(whole > 0.0 && std::isfinite(whole)))
    throw ConfigError(fmt::format("{}/shares add up to nothing", where),
                      "no worker would be in any group",
                      "give at least one group a positive share");
  return whole;
}

}  // namespace laggard::faults
