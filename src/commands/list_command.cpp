#include <fmt/format.h>

#include "commands/command.hpp"
#include "config/writer.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "model/formula_names.hpp"
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

constexpr std::string_view kFunctions = "functions";

/// What the formulas of the model "expression" may name.
void print_functions() {
  for (const model::FormulaFunction& entry : model::formula_functions())
    fmt::print("{:<20} {}\n", fmt::format("{}({})", entry.name, entry.arguments), entry.meaning);
  for (const model::FormulaConstant& constant : model::formula_constants())
    fmt::print("{:<20} {}\n", constant.name, constant.meaning);
  fmt::print("{:<20} {}\n", "operators", model::formula_operators());
}

/// Everything that a configuration of `run` or `train` can name.
Catalogue all_roles(const sweep::Kinds& kinds) {
  Catalogue roles = kinds.roles;
  for (const Role& role : train::train_catalogue())
    if (role.name == "networks") roles.push_back(role);
  return roles;
}

void list(const std::string& wanted, const sweep::Kinds& kinds) {
  const Catalogue roles = all_roles(kinds);
  std::vector<std::string_view> names;
  for (const Role& role : roles) {
    if (role.name == wanted) return print_role(role);
    names.push_back(role.name);
  }
  if (wanted == kFunctions) return print_functions();
  names.push_back(kFunctions);
  if (!wanted.empty())
    throw ConfigError(fmt::format("there is no list of '{}'", wanted), "not a kind of component",
                      suggestion(wanted, names));
  for (const Role& role : roles) {
    fmt::print("{}:\n", role.name);
    print_role(role);
    fmt::print("\n");
  }
  fmt::print("{} (of formulas):\n", kFunctions);
  print_functions();
}

}  // namespace

void add_list_command(CLI::App& program, const Environment& environment) {
  CLI::App* command =
      program.add_subcommand("list", "what there is: names, meanings, parameters with defaults");
  auto wanted = std::make_shared<std::string>();
  command
      ->add_option(
          "what", *wanted,
          "schemes, models, datasets, stragglers, delays, waits, noises, networks (of train) or "
          "functions (of formulas)")
      ->type_name("");
  command->callback([wanted, &environment] { list(*wanted, environment.kinds); });
}

}  // namespace laggard::commands
