#include <fmt/format.h>

#include "commands/command.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "runtime/catalogue.hpp"
#include "train/train_config.hpp"

namespace laggard::commands {
namespace {

/// What there are configurations of.
struct Subject {
  std::string_view name;
  config::Json (*defaults)();
  config::Json (*schema)();
};

/// The defaults, with a sweep that gives the first plots more than one point.
config::Json first_experiment() {
  config::Json document = config::default_configuration(runtime::catalogue());
  document["sweep"] = {{"/workers", {16, 32, 64, 128}}};
  return document;
}

/// Read back, so that the parts spell their defaults out.
config::Json first_training() {
  return train::resolved(train::read_train_config(train::resolved(train::TrainConfig())));
}

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> table{
      {"approximation", first_experiment,
       [] { return config::configuration_schema(runtime::catalogue()); }},
      {"train", first_training, train::train_schema}};
  return table;
}

const Subject& find(const std::string& name) {
  std::vector<std::string_view> names;
  for (const Subject& subject : subjects()) {
    if (subject.name == name) return subject;
    names.push_back(subject.name);
  }
  throw ConfigError(fmt::format("there are no configurations of '{}'", name),
                    "neither an experiment nor a training", suggestion(name, names));
}

void add(CLI::App& program, const std::string& name, const std::string& description,
         config::Json (*Subject::*document)()) {
  CLI::App* command = program.add_subcommand(name, description);
  auto kind = std::make_shared<std::string>("approximation");
  command
      ->add_option("kind", *kind,
                   "approximation: for `laggard run`, the default; train: for `laggard train`")
      ->type_name("");
  command->callback([kind, document] { fmt::print("{}\n", (find(*kind).*document)().dump(2)); });
}

}  // namespace

void add_config_commands(CLI::App& program) {
  add(program, "default-config", "print a complete configuration with every default spelled out",
      &Subject::defaults);
  add(program, "schema",
      "print the JSON Schema of configurations, for editors (configs/*.schema.json)",
      &Subject::schema);
}

}  // namespace laggard::commands
