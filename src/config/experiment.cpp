#include "config/experiment.hpp"

#include <fmt/format.h>

#include "config/reader.hpp"
#include "config/writer.hpp"
#include "core/error.hpp"

namespace laggard::config {
namespace {

constexpr std::string_view kSweepMember = "sweep";
constexpr std::string_view kSchemaMember = "$schema";
constexpr std::size_t kMostCombinations = 1'000'000;

ExperimentConfig read(const Json& document, const Catalogue& catalogue) {
  ExperimentConfig config;
  JsonReader reader(document, "", catalogue);
  config.fields(reader);
  reader.finish();
  return config;
}

/// The pointers are set in their order. One that replaces what an earlier one set would make points
/// that differ in `parameters` only.
void check_order(const Json& sweep) {
  std::vector<std::string> earlier;
  for (const auto& member : sweep.items()) {
    for (const std::string& pointer : earlier)
      if (pointer.starts_with(member.key() + "/"))
        throw ConfigError(fmt::format("/sweep sets '{}' after '{}'", member.key(), pointer),
                          "it replaces what was set before",
                          fmt::format("put '{}' first", member.key()));
    earlier.push_back(member.key());
  }
}

void check_sweep(const Json& sweep) {
  if (!sweep.is_object())
    throw ConfigError("/sweep is " + describe_type(sweep),
                      "it maps JSON pointers to lists of values",
                      "write for example \"sweep\": {\"/workers\": [16, 32]}");
  std::size_t combinations = 1;
  for (const auto& [pointer, values] : sweep.items()) {
    const std::string where = "/sweep/" + escape(pointer);
    if (!values.is_array() || values.empty())
      throw ConfigError(fmt::format("{} is {}", where,
                                    values.is_array() ? "an empty list" : describe_type(values)),
                        "a sweep needs a list of values", "list at least one value");
    combinations *= values.size();
    if (combinations > kMostCombinations)
      throw ConfigError("/sweep has too many combinations",
                        fmt::format("more than {}", kMostCombinations), "shorten the lists");
  }
  check_order(sweep);
}

}  // namespace

void OutputConfig::fields(Fields& fields) {
  fields.boolean({"workers", "write one row per worker and trial to /workers"}, workers);
  fields.boolean({"predictions", "write inputs, truth and decoded values to /predictions"},
                 predictions);
  fields.boolean({"coded", "with predictions: also write what the workers saw"}, coded);
}

void ExperimentConfig::fields(Fields& fields) {
  fields.text({"name", "names the default result file results/NAME.h5"}, name);
  fields.text({"experiment", "what to run"}, experiment, {"approximation"});
  fields.integer({"seed", "seed of every random stream"}, seed);
  fields.integer({"trials", "independent repetitions of every point"}, trials, 1);
  fields.integer({"data_points", "K, inputs per trial"}, data_points, 1, 1'000'000);
  fields.integer({"workers", "N, coded inputs per trial"}, workers, 1, 10'000'000);
  fields.integer({"worker_block", "consecutive workers that share one forward call of the model"},
                 worker_block, 1);
  fields.component({"dataset", "where the inputs come from"}, dataset, "datasets");
  fields.component({"model", "the function that the workers compute"}, model, "models");
  fields.components({"schemes", "the codes to compare"}, schemes, "schemes");
  fields.component({"stragglers", "which workers never answer"}, stragglers, "stragglers");
  fields.component({"delay", "how late the workers answer"}, delay, "delays");
  fields.component({"wait", "when the master stops waiting"}, wait, "waits");
  fields.component({"noise", "what happens to the workers' results"}, noise, "noises");
  fields.text({"clock", "virtual: delays are simulated, nobody sleeps"}, clock, {"virtual"});
  fields.text({"ordering", "in which order the inputs sit on the encoder curve"}, ordering,
              {"none", "path"});
  fields.object({"output", "optional parts of the result file"},
                [this](Fields& members) { output.fields(members); });
}

Plan expand(const Json& document, const Catalogue& catalogue) {
  if (!document.is_object())
    throw ConfigError("the configuration is " + describe_type(document), "it must be an object",
                      "`laggard default-config` prints one to start from");
  Json base = document;
  const Json sweep = base.contains(kSweepMember) ? base[kSweepMember] : Json::object();
  base.erase(kSweepMember);
  if (base.contains(kSchemaMember) && !base[kSchemaMember].is_string())
    throw ConfigError("/$schema is " + describe_type(base[kSchemaMember]), "it must be a text",
                      "give the path of the schema or remove it");
  base.erase(kSchemaMember);
  check_sweep(sweep);

  Plan plan;
  {
    ExperimentConfig config = read(base, catalogue);
    JsonWriter writer;
    config.fields(writer);
    plan.resolved = writer.result();
    plan.resolved[kSweepMember] = sweep;
  }

  // The sweep works on the resolved document, so that it may name members left at their defaults.
  Json current = plan.resolved;
  current.erase(kSweepMember);
  std::vector<std::size_t> odometer(sweep.size(), 0);
  for (bool more = true; more;) {
    Json parameters = Json::object();
    Json point = current;
    std::size_t wheel = 0;
    for (const auto& [pointer, values] : sweep.items()) {
      const Json& value = values[odometer[wheel++]];
      assign(point, pointer, value, "/sweep");
      parameters[pointer] = value;
    }
    plan.combinations.push_back({parameters.dump(), read(point, catalogue)});

    // The last pointer turns fastest.
    more = false;
    for (std::size_t i = odometer.size(); i-- > 0;) {
      if (++odometer[i] <
          sweep[std::next(sweep.items().begin(), static_cast<std::ptrdiff_t>(i)).key()].size()) {
        more = true;
        break;
      }
      odometer[i] = 0;
    }
  }
  return plan;
}

Json default_configuration(const Catalogue& catalogue) {
  return expand(Json::object(), catalogue).resolved;
}

Json configuration_schema(const Catalogue& catalogue) {
  SchemaWriter writer;
  ExperimentConfig config;
  config.fields(writer);
  Json schema = writer.result();
  schema["properties"][kSweepMember] =
      Json{{"type", "object"},
           {"description", "JSON pointers to lists of values; the points are their product"},
           {"patternProperties", {{"^/", {{"type", "array"}, {"minItems", 1}}}}},
           {"additionalProperties", false}};
  schema["properties"][kSchemaMember] = Json{{"type", "string"}};
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "laggard configuration";
  schema["$defs"] = schema_definitions(catalogue);
  return schema;
}

}  // namespace laggard::config
