#include "config/experiment.hpp"

#include <fmt/format.h>

#include "config/reader.hpp"
#include "config/writer.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace laggard::config {
namespace {

constexpr std::string_view kSweepMember = "sweep";
constexpr std::string_view kSchemaMember = "$schema";
constexpr std::string_view kExperimentMember = "experiment";

std::vector<std::string_view> names_of(const Vocabulary& vocabulary) {
  std::vector<std::string_view> names;
  for (const ExperimentInfo& kind : vocabulary.experiments) names.push_back(kind.name);
  return names;
}

std::shared_ptr<ExperimentConfig> read(const Json& document, const Vocabulary& vocabulary,
                                       const ExperimentInfo& kind) {
  auto config = kind.make_config();
  JsonReader reader(document, "", vocabulary.roles);
  config->fields(reader);
  reader.allow(kSweepMember);  // taken out before, and what a misspelling may have meant
  reader.finish();
  config->check();
  return config;
}

/// A configuration that was right before the sweep set its values.
std::shared_ptr<ExperimentConfig> read_swept(const Json& document, const SweepPoint& swept,
                                             const Vocabulary& vocabulary,
                                             const ExperimentInfo& kind) {
  try {
    return read(document, vocabulary, kind);
  } catch (const ConfigError& error) {
    const std::string message = swept.blame(error.what());
    throw ConfigError(message == error.what() ? "/sweep: " + message : message);
  }
}

}  // namespace

void FailureConfig::fields(Fields& fields) {
  fields.number(
      {"timeout_seconds", "a worker rank has failed when it gives no sign of life for this time"},
      timeout_s, {1.0, 1e6, false});
  fields.text({"workers",
               "reassign: other ranks take over the workers of a failed rank; lost: these workers "
               "do not answer any more"},
              workers, {"reassign", "lost"});
}

void ExperimentConfig::common_fields(Fields& fields) {
  fields.text({"name", "names the default result file results/NAME.h5"}, name);
  const std::string kind = experiment;  // which the document has chosen before it is read
  fields.text({kExperimentMember, "the kind of experiment"}, experiment, {kind});
  fields.integer({"seed", "seed of every random stream"}, seed);
  trials.fields(fields, *units_, usual_);
}

void ExperimentConfig::failure_fields(Fields& fields) {
  fields.object({"failures", "what happens when worker ranks die or hang"},
                [this](Fields& members) { failures.fields(members); });
}

void ExperimentConfig::check() const {
  check_name(name);
}

const ExperimentInfo& Vocabulary::find(std::string_view experiment) const {
  for (const ExperimentInfo& kind : experiments)
    if (kind.name == experiment) return kind;
  throw ConfigError(fmt::format("/experiment is {}", excerpt(experiment)),
                    "there is no such kind of experiment", suggestion(experiment, names_of(*this)));
}

const ExperimentInfo& Vocabulary::of(const Json& document) const {
  const auto found = document.find(kExperimentMember);
  if (found == document.end()) return experiments.front();
  if (!found->is_string())
    throw ConfigError("/experiment is " + describe_type(*found), "it must be a text",
                      "use one of: " + join(names_of(*this)));
  return find(found->get_ref<const std::string&>());
}

Plan expand(const Json& configuration, const Vocabulary& vocabulary) {
  if (!configuration.is_object())
    throw ConfigError("the configuration is " + describe_type(configuration),
                      "it must be an object", "`laggard default-config` prints one to start from");
  Json base = configuration;
  const Json sweep = base.contains(kSweepMember) ? base[kSweepMember] : Json::object();
  base.erase(kSweepMember);
  if (base.contains(kSchemaMember) && !base[kSchemaMember].is_string())
    throw ConfigError("/$schema is " + describe_type(base[kSchemaMember]), "it must be a text",
                      "give the path of the schema or remove it");
  base.erase(kSchemaMember);
  std::vector<SweepPoint> points = expand_sweep(sweep);

  Plan plan;
  const ExperimentInfo& kind = vocabulary.of(base);
  {
    const auto config = read(base, vocabulary, kind);
    JsonWriter writer;
    config->fields(writer);
    plan.resolved = writer.result();
    plan.resolved[kSweepMember] = sweep;
  }

  // The sweep works on the resolved document, so that it may name members left at their defaults.
  Json current = plan.resolved;
  current.erase(kSweepMember);
  std::uint32_t next_point = 0;
  for (SweepPoint& swept : points) {
    Json document = current;
    swept.apply(document);
    auto config = read_swept(document, swept, vocabulary, kind);
    const std::uint32_t count = config->points();
    plan.combinations.push_back({std::move(swept), std::move(config), next_point,
                                 static_cast<std::uint32_t>(plan.combinations.size())});
    next_point += count;
  }
  return plan;
}

void Plan::require_fixed_trials() const {
  for (const Combination& combination : combinations)
    static_cast<void>(combination.config->trials.fixed());
}

void check_name(const std::string& name) {
  if (!is_file_name(name))
    throw ConfigError(fmt::format("/name is {}", excerpt(name)), "it becomes the name of a file",
                      "give a name without '/' and control characters that does not begin with a "
                      "dot");
}

Json default_configuration(const Vocabulary& vocabulary, const ExperimentInfo& kind) {
  return expand({{kExperimentMember, kind.name}}, vocabulary).resolved;
}

Json configuration_schema(const Vocabulary& vocabulary, const ExperimentInfo& kind) {
  SchemaWriter writer;
  kind.make_config()->fields(writer);
  Json schema = complete_schema(writer.result(), "laggard configuration", vocabulary.roles);
  schema["properties"][kSweepMember] = sweep_schema(schema["$defs"]);
  return schema;
}

}  // namespace laggard::config
