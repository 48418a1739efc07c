// The configuration of an experiment as plain structs, and its expansion into sweep points.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "config/json.hpp"
#include "config/sweep.hpp"
#include "core/fields.hpp"
#include "core/table.hpp"

namespace laggard::config {

struct OutputConfig {
  bool workers = false;                ///< /workers: one row per worker and trial
  bool predictions = false;            ///< /predictions/<point>/<trial>
  bool coded = false;                  ///< also what the workers saw, in /predictions
  std::uint32_t predicted_trials = 0;  ///< of how many trials of a point; 0: all

  /// How many of so many trials have predictions: the first ones.
  std::uint32_t predicted(std::uint32_t trials) const {
    if (!predictions) return 0;
    return predicted_trials == 0 ? trials : std::min(trials, predicted_trials);
  }

  void fields(Fields& fields);
};

/// What happens when worker ranks die or hang.
struct FailureConfig {
  double timeout_s = 5.0;            ///< without a sign of life
  std::string workers = "reassign";  ///< or "lost"

  void fields(Fields& fields);
};

struct ExperimentConfig {
  std::string name = "convergence";
  std::string experiment = "approximation";
  std::uint64_t seed = 1;
  std::uint32_t trials = 20;
  std::uint32_t data_points = 8;   ///< K
  std::uint32_t workers = 64;      ///< N
  std::uint32_t worker_block = 1;  ///< consecutive workers that go through the model in one call
  Component dataset{"uniform", "{}", "/dataset"};
  Component model{"expression", "{}", "/model"};
  std::vector<Component> schemes{{"bacc", "{}", "/schemes/0"}, {"letcc", "{}", "/schemes/1"}};
  Component stragglers{"none", "{}", "/stragglers"};
  Component delay{"none", "{}", "/delay"};
  Component wait{"all", "{}", "/wait"};
  Component noise{"none", "{}", "/noise"};
  std::string clock = "virtual";
  std::string ordering = "none";
  FailureConfig failures;
  OutputConfig output;

  void fields(Fields& fields);
};

/// The configuration of one point of the sweep, for all schemes.
struct Combination {
  SweepPoint swept;  ///< what the sweep set
  ExperimentConfig config;
  std::uint32_t first_point = 0;  ///< number of its first scheme's point; the others follow
  std::uint32_t number = 0;       ///< among the combinations
};

struct Plan {
  Json resolved;  ///< every default spelled out, the sweep as given
  std::vector<Combination> combinations;
};

/// Checks a configuration strictly and expands its sweep. Errors: ConfigError.
Plan expand(const Json& configuration, const Catalogue& catalogue);

/// Errors: ConfigError unless `name` can be part of file names.
void check_name(const std::string& name);

/// A complete configuration with every default spelled out.
Json default_configuration(const Catalogue& catalogue);

/// The JSON Schema of a configuration, made by the same visitor methods that read it.
Json configuration_schema(const Catalogue& catalogue);

}  // namespace laggard::config
