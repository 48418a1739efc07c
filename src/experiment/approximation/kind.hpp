// The experiment of approximation: send coded inputs through f, lose workers, recover f.
#pragma once

#include "sweep/experiment_kind.hpp"

namespace laggard::approximation {

const sweep::ExperimentKind& kind();

}  // namespace laggard::approximation
