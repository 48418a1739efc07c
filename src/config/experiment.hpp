// The configuration of an experiment, and its expansion into the combinations of its sweep.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/json.hpp"
#include "config/sweep.hpp"
#include "config/trials.hpp"
#include "core/fields.hpp"
#include "core/table.hpp"

namespace laggard::config {

/// What happens when worker ranks die or hang.
struct FailureConfig {
  double timeout_s = 5.0;            ///< without a sign of life
  std::string workers = "reassign";  ///< or "lost"

  void fields(Fields& fields);
};

/// What every kind of experiment is told. A kind derives a class with the keys of its own.
class ExperimentConfig {
 public:
  virtual ~ExperimentConfig() = default;

  /// Visits every key, in the order in which a complete configuration shows them.
  virtual void fields(Fields& fields) = 0;
  /// Points of one combination of the sweep: the schemes or policies to compare.
  virtual std::uint32_t points() const = 0;
  /// Whether trials take real time, so that two at once would disturb each other.
  virtual bool measures_time() const { return false; }
  /// Checks what single keys cannot tell. Errors: ConfigError.
  virtual void check() const;

  /// The table that has a row for each trial of each point.
  const TableSpec& units() const { return *units_; }

  std::string name = "convergence";
  std::string experiment;  ///< the kind
  std::uint64_t seed = 1;
  Trials trials;
  FailureConfig failures;

 protected:
  /// `units` is the table that has a row per trial, `usual` the column whose mean counts unless
  /// another is named.
  ExperimentConfig(std::string kind, const TableSpec& units, std::string_view usual)
      : experiment(std::move(kind)), units_(&units), usual_(usual) {}
  ExperimentConfig(const ExperimentConfig&) = default;
  ExperimentConfig& operator=(const ExperimentConfig&) = default;

  /// name, experiment, seed and trials.
  void common_fields(Fields& fields);
  void failure_fields(Fields& fields);

 private:
  const TableSpec* units_;
  std::string_view usual_;
};

/// A kind of experiment as the reader of configurations sees it.
struct ExperimentInfo {
  std::string_view name;
  std::string_view summary;
  std::function<std::shared_ptr<ExperimentConfig>()> make_config;
};

/// All names that a configuration may use. The first kind of experiment is the default.
struct Vocabulary {
  Catalogue roles;
  std::vector<ExperimentInfo> experiments;

  /// Errors: ConfigError with the nearest name.
  const ExperimentInfo& find(std::string_view experiment) const;
  /// The kind that a document names, or the default. Errors: ConfigError.
  const ExperimentInfo& of(const Json& document) const;
};

/// The configuration of one combination of the values that are swept.
struct Combination {
  SweepPoint swept;
  std::shared_ptr<const ExperimentConfig> config;
  std::uint32_t first_point = 0;  ///< number of its first point; the others follow
  std::uint32_t number = 0;       ///< among the combinations
};

struct Plan {
  Json resolved;  ///< every default spelled out, the sweep as given
  std::vector<Combination> combinations;

  /// For what holds for the whole run.
  const ExperimentConfig& common() const { return *combinations.front().config; }
  /// Errors: those of Trials::fixed(), if a combination has no fixed number of trials.
  void require_fixed_trials() const;
};

/// Checks a configuration strictly and expands its sweep. Errors: ConfigError.
Plan expand(const Json& configuration, const Vocabulary& vocabulary);

/// Errors: ConfigError unless `name` can be part of file names.
void check_name(const std::string& name);

/// A complete configuration of a kind with every default spelled out.
Json default_configuration(const Vocabulary& vocabulary, const ExperimentInfo& kind);

/// The JSON Schema of the configurations of a kind, made by the same visitor methods that read
/// them.
Json configuration_schema(const Vocabulary& vocabulary, const ExperimentInfo& kind);

}  // namespace laggard::config
