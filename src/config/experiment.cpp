#include "config/experiment.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "config/reader.hpp"
#include "config/writer.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace laggard::config {
namespace {

constexpr std::string_view kSweepMember = "sweep";
constexpr std::string_view kSchemaMember = "$schema";
constexpr std::size_t kMostCombinations = 1'000'000;

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
ExperimentConfig read_swept(const Json& document, const std::string& parameters,
                            const Catalogue& catalogue) {
  try {
    return read(document, catalogue);
  } catch (const ConfigError& error) {
    const std::string message = blame_sweep(error.what(), parameters);
    throw ConfigError(message == error.what() ? "/sweep: " + message : message);
  }
}

/// Equal numbers have equal keys, however they are written.
std::string key_of(const Json& value) {
  if (value.is_number_float() && value == Json(std::nearbyint(value.get<double>())) &&
      std::abs(value.get<double>()) < 0x1p53)
    return Json(static_cast<std::int64_t>(value.get<double>())).dump();
  return value.dump();
}

/// Every point would be there twice, and slopes and tables would count it twice.
void check_distinct(const std::string& where, const Json& values) {
  std::map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (const auto [before, is_new] = first.emplace(key_of(values[i]), i); !is_new)
      throw ConfigError(fmt::format("{}/{} is {}", where, i, values[i].dump()),
                        fmt::format("as {}/{} is", where, before->second), "remove one of them");
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

/// Members that hold for the whole file, so that no point can have its own.
void check_sweepable(const std::string& pointer) {
  for (const std::string_view whole : {"/sweep", "/name", "/experiment", "/output", "/$schema"})
    if (pointer == whole || pointer.starts_with(std::string(whole) + "/"))
      throw ConfigError("/sweep sets '" + pointer + "'", "it holds for the whole result file",
                        "set it outside of the sweep");
}

void check_sweep(const Json& sweep) {
  if (!sweep.is_object())
    throw ConfigError("/sweep is " + describe_type(sweep),
                      "it maps JSON pointers to lists of values",
                      "write for example \"sweep\": {\"/workers\": [16, 32]}");
  std::size_t combinations = 1;
  for (const auto& [pointer, values] : sweep.items()) {
    const std::string where = "/sweep/" + escape(pointer);
    check_sweepable(pointer);
    if (!values.is_array() || values.empty())
      throw ConfigError(fmt::format("{} is {}", where,
                                    values.is_array() ? "an empty list" : describe_type(values)),
                        "a sweep needs a list of values", "list at least one value");
    check_distinct(where, values);
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
  std::uint32_t next_point = 0;
  for (bool more = true; more;) {
    Json parameters = Json::object();
    Json point = current;
    std::size_t wheel = 0;
    for (const auto& [pointer, values] : sweep.items()) {
      const Json& value = values[odometer[wheel++]];
      assign(point, pointer, value, "/sweep");
      parameters[pointer] = value;
    }
    const std::string text = parameters.dump();
    plan.combinations.push_back({text, read_swept(point, text, catalogue), next_point});
    next_point += static_cast<std::uint32_t>(plan.combinations.back().config.schemes.size());

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

void check_name(const std::string& name) {
  if (!is_file_name(name))
    throw ConfigError(fmt::format("/name is {}", excerpt(name)), "it becomes the name of a file",
                      "give a name without '/' and control characters that does not begin with a "
                      "dot");
}

std::string blame_sweep(const std::string& message, const std::string& parameters) {
  const Json swept = Json::parse(parameters, nullptr, false);
  for (const auto& [pointer, value] : swept.items()) {
    const char next = message.starts_with(pointer) && message.size() > pointer.size()
                          ? message[pointer.size()]
                          : '-';
    if (next == ' ' || next == '/' || next == ':')
      return fmt::format("/sweep/{}: {}", escape(pointer), message);
  }
  return message;
}

Json default_configuration(const Catalogue& catalogue) {
  return expand(Json::object(), catalogue).resolved;
}

Json configuration_schema(const Catalogue& catalogue) {
  SchemaWriter writer;
  ExperimentConfig config;
  config.fields(writer);
  Json schema = complete_schema(writer.result(), "laggard configuration", catalogue);
  schema["properties"][kSweepMember] =
      Json{{"type", "object"},
           {"description", "JSON pointers to lists of values; the points are their product"},
           {"patternProperties", {{"^/", {{"type", "array"}, {"minItems", 1}}}}},
           {"additionalProperties", false}};
  return schema;
}

}  // namespace laggard::config
