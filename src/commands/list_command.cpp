#include <fmt/format.h>

#include "commands/command.hpp"
#include "config/writer.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "runtime/catalogue.hpp"
#include "train/train_config.hpp"

namespace laggard::commands {
namespace {

void print_role(const Role& role) {
  for (const KindInfo* kind : role.kinds) {
    const std::string parameters = config::parameter_line(*kind);
    fmt::print("{:<20} {}{}\n", kind->name, kind->summary,
               parameters.empty() ? "" : " | " + parameters);
  }
}

/// Everything that a configuration of `run` or `train` can name.
Catalogue all_roles() {
  Catalogue roles = runtime::catalogue();
  for (const Role& role : train::train_catalogue())
    if (role.name == "networks") roles.push_back(role);
  return roles;
}

void list(const std::string& wanted) {
  const Catalogue roles = all_roles();
  std::vector<std::string_view> names;
  for (const Role& role : roles) {
    if (role.name == wanted) return print_role(role);
    names.push_back(role.name);
  }
  if (!wanted.empty())
    throw ConfigError(fmt::format("there is no list of '{}'", wanted), "not a kind of component",
                      suggestion(wanted, names));
  for (const Role& role : roles) {
    fmt::print("{}:\n", role.name);
    print_role(role);
    fmt::print("\n");
  }
}

}  // namespace

void add_list_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("list", "what there is: names, meanings, parameters with defaults");
  auto wanted = std::make_shared<std::string>();
  command
      ->add_option(
          "what", *wanted,
          "schemes, models, datasets, stragglers, delays, waits, noises or networks (of train)")
      ->type_name("");
  command->callback([wanted] { list(*wanted); });
}

}  // namespace laggard::commands
