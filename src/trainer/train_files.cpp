#include "trainer/train_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "config/difference.hpp"
#include "core/error.hpp"
#include "hdf5/place.hpp"

namespace laggard::trainer {
namespace {

/// Weights that this very training wrote before it could remove its checkpoint.
bool is_own(const std::filesystem::path& path, const model::Weights& weights) {
  try {
    const model::WeightsOrigin old = model::read_weights(path).origin;
    return settings_that_count(old.config, true) ==
               settings_that_count(weights.origin.config, true) &&
           old.fingerprint == weights.origin.fingerprint;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::string settings_that_count(const std::string& configuration, bool with_epochs) {
  config::Json json = config::parse_or_discard(completed(configuration));
  if (!json.is_object()) return configuration;
  for (const char* member : {"name", "weights", "results", "keep_checkpoint", "device"})
    json.erase(member);
  if (!with_epochs) json.erase("epochs");
  return json.dump();
}

std::string devices_from(const Checkpoint& checkpoint, const std::string& now) {
  const config::Json config = config::parse_or_discard(completed(checkpoint.config));
  const bool known =
      config.is_object() && config.contains("device") && config["device"].is_string();
  const std::string last = known ? config["device"].get<std::string>() : now;
  if (last == now) return checkpoint.devices;
  return fmt::format("{} to epoch {}, then {}",
                     checkpoint.devices.empty() ? last : checkpoint.devices,
                     checkpoint.curves.size(), now);
}

std::string other_configuration(const std::string& there, const std::string& now) {
  return "it was made with another configuration: " + config::first_difference(there, now);
}

std::optional<TrainOutcome> finished(const TrainConfig& config,
                                     const TrainEnvironment& environment) {
  std::error_code failure;
  if (std::filesystem::exists(config.checkpoint_path(), failure) ||
      !std::filesystem::exists(config.weights_path(), failure))
    return std::nullopt;
  const model::WeightsOrigin origin = model::read_weights(config.weights_path()).origin;
  const std::string there = settings_that_count(origin.config, true),
                    now = settings_that_count(environment.config, true);
  if (there != now)
    throw ConfigError(fmt::format("cannot resume '{}'", config.weights_path()),
                      other_configuration(there, now),
                      "train without --resume: the old file is kept under another name");
  return TrainOutcome{true, 0, origin.validation_accuracy, origin.test_accuracy};
}

void check_names(const TrainConfig& config) {
  if (config.weights_path() == config.results_path())
    throw ConfigError(fmt::format("/weights and /results are both '{}'", config.weights_path()),
                      "one would replace the other", "name two files");
}

RunError diverged(const TrainConfig& config, const std::string& why) {
  return {
      "the training diverged", why,
      fmt::format("lower /optimizer/learning_rate; '{}' is not written", config.weights_path())};
}

void check_finite(const model::Weights& weights, const TrainConfig& config) {
  for (const model::NamedTensor& tensor : weights.tensors)
    if (!std::all_of(tensor.values.begin(), tensor.values.end(),
                     [](float value) { return std::isfinite(value); }))
      throw diverged(config, fmt::format("parameter '{}' is not finite", tensor.name));
}

void make_room(const TrainConfig& config, const TrainEnvironment& environment) {
  if (environment.mode == TrainMode::kOverwrite) return;
  const std::string curves = hdf5::keep_existing(config.results_path());
  if (!curves.empty()) environment.kept(config.results_path(), curves);
  const std::string checkpoint =
      hdf5::keep_existing(config.checkpoint_path(), curves.empty() ? "" : checkpoint_of(curves));
  if (!checkpoint.empty()) environment.kept(config.checkpoint_path(), checkpoint);
}

void save(const TrainConfig& config, const model::Weights& weights,
          const TrainEnvironment& environment) {
  const std::string path = config.weights_path();
  const bool replace = environment.mode == TrainMode::kOverwrite ||
                       (environment.mode == TrainMode::kResume && is_own(path, weights));
  const std::string kept =
      write_weights(path, weights, replace ? hdf5::Existing::kReplace : hdf5::Existing::kKeep);
  if (!kept.empty()) environment.kept(path, kept);
}

}  // namespace laggard::trainer
