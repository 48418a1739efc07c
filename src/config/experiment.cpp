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

void check_output(const OutputConfig& output) {
  const char* without = output.coded                  ? "coded"
                        : output.predicted_trials > 0 ? "predicted_trials"
                                                      : nullptr;
  if (without != nullptr && !output.predictions)
    throw ConfigError(fmt::format("/output/{} is set without predictions", without),
                      "it is a part of them", "set /output/predictions to true as well");
}

ExperimentConfig read(const Json& document, const Catalogue& catalogue) {
  ExperimentConfig config;
  JsonReader reader(document, "", catalogue);
  config.fields(reader);
  reader.allow(kSweepMember);  // taken out before, and what a misspelling may have meant
  reader.finish();
  check_name(config.name);
  check_output(config.output);
  return config;
}

/// A configuration that was right before the sweep set its values.
ExperimentConfig read_swept(const Json& document, const SweepPoint& swept,
                            const Catalogue& catalogue) {
  try {
    return read(document, catalogue);
  } catch (const ConfigError& error) {
    const std::string message = swept.blame(error.what());
    throw ConfigError(message == error.what() ? "/sweep: " + message : message);
  }
}

}  // namespace

void OutputConfig::fields(Fields& fields) {
  fields.boolean({"workers", "write one row per worker and trial to /workers"}, workers);
  fields.boolean({"predictions", "write inputs, truth and decoded values to /predictions"},
                 predictions);
  fields.boolean({"coded", "with predictions: also write what the workers saw, N inputs a trial"},
                 coded);
  fields.integer({"predicted_trials", "with predictions: only of the first trials; 0: of all"},
                 predicted_trials);
}

void FailureConfig::fields(Fields& fields) {
  fields.number({"timeout_seconds", "a worker rank without a sign of life for so long has failed"},
                timeout_s, {1.0, 1e6, false});
  fields.text({"workers", "of a failed rank: reassign them to living ranks, or keep them lost"},
              workers, {"reassign", "lost"});
}

void ExperimentConfig::fields(Fields& fields) {
  fields.text({"name", "names the default result file results/NAME.h5"}, name);
  fields.text({"experiment", "what to run"}, experiment, {"approximation"});
  fields.integer({"seed", "seed of every random stream"}, seed);
  fields.integer({"trials", "independent repetitions of every point"}, trials, 1);
  fields.integer({"data_points", "K, inputs per trial"}, data_points, 1, 1'000'000);
  fields.integer({"workers", "N, coded inputs per trial"}, workers, 1, 10'000'000);
  fields.integer(
      {"worker_block",
       "consecutive workers that share one forward call of the model; more than N: all of them"},
      worker_block, 1);
  fields.component({"dataset", "where the inputs come from"}, dataset, "datasets");
  fields.component({"model", "the function that the workers compute"}, model, "models");
  fields.components({"schemes", "the codes to compare"}, schemes, "schemes");
  fields.component({"stragglers", "which workers never answer"}, stragglers, "stragglers");
  fields.component({"delay", "how late the workers answer"}, delay, "delays");
  fields.component({"wait", "when the master stops waiting"}, wait, "waits");
  fields.component({"noise", "what happens to the workers' results"}, noise, "noises");
  fields.text({"clock", "virtual: delays are simulated, nobody sleeps; wall: real waiting"}, clock,
              {"virtual", "wall"});
  fields.text({"ordering", "in which order the inputs sit on the encoder curve"}, ordering,
              {"none", "path"});
  fields.object({"failures", "worker ranks that die or hang"},
                [this](Fields& members) { failures.fields(members); });
  fields.object({"output", "optional parts of the result file"},
                [this](Fields& members) { output.fields(members); });
}

Plan expand(const Json& configuration, const Catalogue& catalogue) {
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
  std::uint32_t next_point = 0;
  for (SweepPoint& swept : points) {
    Json document = current;
    swept.apply(document);
    ExperimentConfig config = read_swept(document, swept, catalogue);
    const auto schemes = static_cast<std::uint32_t>(config.schemes.size());
    plan.combinations.push_back({std::move(swept), std::move(config), next_point,
                                 static_cast<std::uint32_t>(plan.combinations.size())});
    next_point += schemes;
  }
  return plan;
}

void check_name(const std::string& name) {
  if (!is_file_name(name))
    throw ConfigError(fmt::format("/name is {}", excerpt(name)), "it becomes the name of a file",
                      "give a name without '/' and control characters that does not begin with a "
                      "dot");
}

Json default_configuration(const Catalogue& catalogue) {
  return expand(Json::object(), catalogue).resolved;
}

Json configuration_schema(const Catalogue& catalogue) {
  SchemaWriter writer;
  ExperimentConfig config;
  config.fields(writer);
  Json schema = complete_schema(writer.result(), "laggard configuration", catalogue);
  schema["properties"][kSweepMember] = sweep_schema(schema["$defs"]);
  return schema;
}

}  // namespace laggard::config
