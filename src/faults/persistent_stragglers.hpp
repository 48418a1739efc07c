// Workers that are lost for a whole trial.
#pragma once

#include <vector>

#include "faults/stragglers.hpp"

namespace laggard::faults {

/// The same kinds with one more member, "persistent": the workers that are lost in the first step
/// of a trial are lost in all of its steps.
std::vector<StragglersKind> with_persistence(std::vector<StragglersKind> kinds);

}  // namespace laggard::faults
