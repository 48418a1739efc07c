#include <fmt/format.h>

#include <functional>

#include "commands/command.hpp"
#include "config/writer.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "model/formula_names.hpp"
#include "trainer/train_config.hpp"

namespace laggard::commands {
namespace {

void print_role(const Role& role) {
  for (const KindInfo* kind : role.kinds) {
    const std::string parameters = config::parameter_line(*kind);
    fmt::print("{:<20} {}{}\n", kind->name, kind->summary,
               parameters.empty() ? "" : " | " + parameters);
  }
}

/// What the formulas of the model "expression" may name.
void print_functions() {
  for (const model::FormulaFunction& entry : model::formula_functions())
    fmt::print("{:<20} {}\n", fmt::format("{}({})", entry.name, entry.arguments), entry.meaning);
  for (const model::FormulaConstant& constant : model::formula_constants())
    fmt::print("{:<20} {}\n", constant.name, constant.meaning);
  fmt::print("{:<20} {}\n", "operators", model::formula_operators());
}

/// What `laggard list` can print.
struct List {
  std::string_view name;
  std::function<void()> print;
};

/// Everything that a configuration of `run` or `train` can name.
std::vector<List> all_lists(const sweep::Kinds& kinds) {
  std::vector<List> lists{{"experiments", [&kinds] {
                             for (const sweep::ExperimentKind* kind : kinds.kinds)
                               fmt::print("{:<20} {}\n", kind->name(), kind->summary());
                           }}};
  for (const Role& role : kinds.roles) lists.push_back({role.name, [role] { print_role(role); }});
  for (const Role& role : trainer::train_catalogue())
    if (role.name == "networks") lists.push_back({role.name, [role] { print_role(role); }});
  lists.push_back({"functions", print_functions});
  return lists;
}

void list(const std::string& wanted, const sweep::Kinds& kinds) {
  const std::vector<List> lists = all_lists(kinds);
  std::vector<std::string_view> names;
  for (const List& one : lists) {
    if (one.name == wanted) return one.print();
    names.push_back(one.name);
  }
  if (!wanted.empty())
    throw ConfigError(fmt::format("there is no list of '{}'", wanted), "not a kind of component",
                      suggestion(wanted, names));
  for (const List& one : lists) {
    fmt::print("{}:\n", one.name);
    one.print();
    fmt::print("\n");
  }
}

}  // namespace

void add_list_command(CLI::App& program, const Environment& environment) {
  CLI::App* command = program.add_subcommand(
      "list",
      "list the names that a configuration may use, with their meaning, parameters and defaults");
  auto wanted = std::make_shared<std::string>();
  std::vector<std::string_view> names;
  for (const List& one : all_lists(environment.kinds)) names.push_back(one.name);
  command
      ->add_option("what", *wanted,
                   fmt::format("one of {}; without it, all of them", fmt::join(names, ", ")))
      ->type_name("");
  command->callback([wanted, &environment] { list(*wanted, environment.kinds); });
}

}  // namespace laggard::commands
