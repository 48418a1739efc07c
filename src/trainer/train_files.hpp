// What a training finds on the disk and what it leaves there.
#pragma once

#include <optional>
#include <string>

#include "core/error.hpp"
#include "model/weights.hpp"
#include "trainer/training.hpp"

namespace laggard::trainer {

/// What of a configuration the numbers depend on, not the names of files, nor the device, which
/// changes their last digits only; without epochs, if an epoch does not depend on how many there
/// are.
std::string settings_that_count(const std::string& configuration, bool with_epochs);

/// Checkpoint::devices of a training that goes on from there on the device `now`.
std::string devices_from(const Checkpoint& checkpoint, const std::string& now);

/// Why a training cannot go on that was made with another settings_that_count.
std::string other_configuration(const std::string& there, const std::string& now);

/// The outcome of this very training, if its weights are there and complete. Errors: ConfigError if
/// they are of another one.
std::optional<TrainOutcome> finished(const TrainConfig& config,
                                     const TrainEnvironment& environment);

/// Errors: ConfigError if two files have the same name.
void check_names(const TrainConfig& config);

RunError diverged(const TrainConfig& config, const std::string& why);
/// A diverged network must not take the place of a good one. Errors: RunError.
void check_finite(const model::Weights& weights, const TrainConfig& config);

/// A training that starts writes over nothing. A checkpoint keeps the name of its curves.
void make_room(const TrainConfig& config, const TrainEnvironment& environment);

/// Writes the weights in their place; those of another training get another name, if nobody asked
/// to overwrite.
void save(const TrainConfig& config, const model::Weights& weights,
          const TrainEnvironment& environment);

}  // namespace laggard::trainer
