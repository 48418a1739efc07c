#include <fmt/format.h>

#include <algorithm>

#include "commands/command.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "trainer/train_config.hpp"

namespace laggard::commands {
namespace {

/// The name of the configurations of `laggard train`, beside those of experiments.
constexpr std::string_view kTrain = "train";

config::Json defaults_of(const std::string& name, const sweep::Kinds& kinds) {
  // Read back, so that the parts spell their defaults out.
  if (name == kTrain)
    return trainer::resolved(trainer::read_train_config(trainer::resolved(trainer::TrainConfig())));
  const config::Vocabulary vocabulary = kinds.vocabulary();
  config::Json document = config::default_configuration(vocabulary, vocabulary.find(name));
  // A first experiment should give plots more than one point.
  if (document.contains("workers")) document["sweep"] = {{"/workers", {16, 32, 64, 128}}};
  return document;
}

config::Json schema_of(const std::string& name, const sweep::Kinds& kinds) {
  if (name == kTrain) return trainer::train_schema();
  const config::Vocabulary vocabulary = kinds.vocabulary();
  return config::configuration_schema(vocabulary, vocabulary.find(name));
}

using Document = config::Json(const std::string&, const sweep::Kinds&);

void add(CLI::App& program, const Environment& environment, const std::string& name,
         const std::string& description, Document* document) {
  CLI::App* command = program.add_subcommand(name, description);
  std::vector<std::string> names;
  for (const sweep::ExperimentKind* kind : environment.kinds.kinds)
    names.emplace_back(kind->name());
  auto kind = std::make_shared<std::string>(names.front());
  command
      ->add_option("kind", *kind,
                   fmt::format("{}: for `laggard run`, the first is the default; {}: for `laggard "
                               "train`",
                               fmt::join(names, ", "), kTrain))
      ->type_name("");
  names.emplace_back(kTrain);
  command->callback([kind, names, document, &environment] {
    const std::vector<std::string_view> known(names.begin(), names.end());
    if (std::find(known.begin(), known.end(), *kind) == known.end())
      throw ConfigError(fmt::format("there are no configurations of '{}'", *kind),
                        "neither an experiment nor a training", suggestion(*kind, known));
    fmt::print("{}\n", document(*kind, environment.kinds).dump(2));
  });
}

}  // namespace

void add_config_commands(CLI::App& program, const Environment& environment) {
  add(program, environment, "default-config",
      "print a complete configuration with every default spelled out", defaults_of);
  add(program, environment, "schema",
      "print the JSON Schema of configurations, for editors (configs/*.schema.json)", schema_of);
}

}  // namespace laggard::commands
