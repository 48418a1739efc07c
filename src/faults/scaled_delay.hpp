// Delays that grow with the work.
#pragma once

#include "faults/delay.hpp"

namespace laggard::faults {

/// The same kind with one more member, "scaling". "additive": a delay does not depend on the work.
/// "work": it is the computing time of one input, so that it is multiplied by the number of inputs
/// that the worker computes, and by the worker's speed factor.
DelayKind scalable(const DelayKind& kind);

}  // namespace laggard::faults
