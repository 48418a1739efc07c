// The experiment of training: workers compute the gradients of a model through a code.
#pragma once

#include "sweep/experiment_kind.hpp"

namespace laggard::training {

const sweep::ExperimentKind& experiment_kind();

}  // namespace laggard::training
