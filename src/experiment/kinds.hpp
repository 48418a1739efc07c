// The table of the kinds of experiment.
#pragma once

#include "sweep/experiment_kind.hpp"

namespace laggard::experiment {

const sweep::Kinds& kinds();

}  // namespace laggard::experiment
