// What the random streams of a simulated server are drawn for. These numbers are reserved for it
// among those of core/random.hpp.
#pragma once

#include "core/random.hpp"

namespace laggard::serving {

inline constexpr Purpose kArrivals{32};   ///< gaps between queries
inline constexpr Purpose kQuerySize{33};  ///< of one query
inline constexpr Purpose kTransfers{34};  ///< pairs and sizes of one flow
inline constexpr Purpose kSlowdown{35};   ///< of one job by transfers
inline constexpr Purpose kOutages{36};    ///< of one instance

}  // namespace laggard::serving
