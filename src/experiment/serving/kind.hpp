// The experiment of serving: queries come to a server whose instances are slow at times.
#pragma once

#include "sweep/experiment_kind.hpp"

namespace laggard::serving {

const sweep::ExperimentKind& experiment_kind();

}  // namespace laggard::serving
