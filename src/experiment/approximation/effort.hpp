// What an approximation experiment asks of the machine, before it runs.
#pragma once

#include "runtime/setup.hpp"
#include "sweep/experiment.hpp"

namespace laggard::approximation {

/// Of all trials of a combination.
sweep::Effort effort_of(const runtime::Setup& setup);

}  // namespace laggard::approximation
