// Datasets that several masters of one process use.
#pragma once

#include <memory>

#include "core/types.hpp"
#include "data/dataset.hpp"

namespace laggard::experiment {

/// The dataset that a component of /dataset describes: the same object as long as somebody has it,
/// since sixty thousand images take 0.4 GB. It is never written to, so that threads may share it.
/// Errors: ConfigError, DataError.
std::shared_ptr<const data::Dataset> shared_dataset(const Component& component);

}  // namespace laggard::experiment
