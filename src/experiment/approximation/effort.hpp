// What an approximation experiment asks of the machine, before it runs.
#pragma once

#include "experiment/approximation/setup.hpp"
#include "sweep/experiment.hpp"

namespace laggard::approximation {

/// Of all trials of a combination.
sweep::Effort effort_of(const Setup& setup);

}  // namespace laggard::approximation
