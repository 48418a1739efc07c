// The experiment of approximation: send coded inputs through f, lose workers, recover f.
#pragma once

#include "sweep/experiment_kind.hpp"

namespace laggard::approximation {

const sweep::ExperimentKind& experiment_kind();

}  // namespace laggard::approximation
