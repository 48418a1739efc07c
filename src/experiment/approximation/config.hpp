// The keys of an approximation experiment: how well is f recovered on K inputs?
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "config/experiment.hpp"
#include "core/fields.hpp"
#include "core/records.hpp"
#include "experiment/cluster.hpp"

namespace laggard::approximation {

/// Optional parts of the result file.
struct OutputConfig {
  bool workers = false;                ///< /workers: one row per worker and trial
  bool predictions = false;            ///< /predictions/<point>/<trial>
  bool coded = false;                  ///< also what the workers saw, in /predictions
  std::uint32_t predicted_trials = 0;  ///< of how many trials of a point; 0: all
  bool certificates = false;           ///< what each trial's decoder promises, in /trials
  bool anytime = false;                ///< /anytime: the error after every arrival
  double target_error = 0.1;           ///< relative error whose time is in /summary, with anytime

  /// How many of so many trials have predictions: the first ones.
  std::uint32_t predicted(std::uint32_t trials) const {
    if (!predictions) return 0;
    return predicted_trials == 0 ? trials : std::min(trials, predicted_trials);
  }

  void fields(Fields& fields);
  /// Errors: ConfigError for a part of the predictions without them, or of anytime.
  void check() const;
};

class Config final : public config::ExperimentConfig, public experiment::ClusterConfig {
 public:
  Config() : ExperimentConfig("approximation", table_of<TrialRecord>(), "mse") {}

  void fields(Fields& fields) override;
  std::uint32_t points() const override { return static_cast<std::uint32_t>(schemes.size()); }
  bool measures_time() const override { return clock == "wall"; }
  void check() const override;

  std::uint32_t data_points = 8;   ///< K
  std::uint32_t workers = 64;      ///< N
  std::uint32_t worker_block = 1;  ///< consecutive workers that go through the model in one call
  Component dataset{"uniform", "{}", "/dataset"};
  Component model{"expression", "{}", "/model"};
  std::vector<Component> schemes{{"bacc", "{}", "/schemes/0"}, {"letcc", "{}", "/schemes/1"}};
  Component noise{"none", "{}", "/noise"};
  Component adversaries{"none", "{}", "/adversaries"};
  std::string ordering = "none";
  OutputConfig output;
};

/// The configuration of a combination whose experiment is an approximation.
const Config& config_of(const config::Combination& combination);

}  // namespace laggard::approximation
