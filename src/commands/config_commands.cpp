#include <fmt/format.h>

#include "commands/command.hpp"
#include "core/error.hpp"
#include "runtime/catalogue.hpp"

namespace laggard::commands {

void add_config_commands(CLI::App& program, const Environment& environment) {
  CLI::App* defaults = program.add_subcommand(
      "default-config", "print a complete configuration with every default spelled out");
  auto kind = std::make_shared<std::string>("approximation");
  defaults->add_option("kind", *kind, "experiment: approximation")->type_name("");
  defaults->callback([kind, &environment] {
    if (!environment.is_master()) return;
    if (*kind != "approximation")
      throw ConfigError(fmt::format("there is no experiment '{}'", *kind),
                        "not a kind of experiment", "use one of: approximation");
    fmt::print("{}\n", config::default_configuration(runtime::catalogue()).dump(2));
  });

  CLI::App* schema = program.add_subcommand(
      "schema",
      "print the JSON Schema of configurations, for editors (configs/laggard.schema.json)");
  schema->callback([&environment] {
    if (environment.is_master())
      fmt::print("{}\n", config::configuration_schema(runtime::catalogue()).dump(2));
  });
}

}  // namespace laggard::commands
