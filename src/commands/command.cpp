#include "commands/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/json.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "trainer/train_config.hpp"

namespace laggard::commands {
namespace {

/// Members of a document that only one of two kinds of configurations has.
std::vector<std::string> members_of_only(const config::Json& document, const config::Json& one,
                                         const config::Json& other) {
  std::vector<std::string> names;
  for (const auto& member : document.items())
    if (one.contains(member.key()) && !other.contains(member.key())) names.push_back(member.key());
  return names;
}

/// Errors: ConfigError for a file that looks like the other kind of configuration; `advice` is what
/// to do with it, before its name.
void refuse_other(const config::Json& document, const std::string& path, const config::Json& wanted,
                  const config::Json& other, std::string_view advice) {
  if (!document.is_object()) return;
  const auto strange = members_of_only(document, other, wanted);
  if (strange.size() > members_of_only(document, wanted, other).size())
    throw ConfigError(fmt::format("'{}' is another kind of configuration", path),
                      "it has /" + strange.front(), fmt::format("{} {}", advice, path));
}

}  // namespace

void ConfigArguments::add_to(CLI::App& command, const std::string& example) {
  command.add_option("config", path, "configuration file (JSON, with comments in C++ style)")
      ->required()
      ->type_name("CONFIG");
  command
      .add_option(
          "--set", settings,
          fmt::format("change a value: --set {}; may be repeated, wins over the file", example))
      ->type_name("/POINTER=VALUE")
      ->allow_extra_args(false);
}

config::Plan ConfigArguments::plan(const sweep::Kinds& kinds) const {
  const config::Vocabulary vocabulary = kinds.vocabulary();
  config::Json document = config::read_file(path);
  // A setting may choose the kind of experiment: the others are then read as settings of that kind.
  const auto names_kind = [](const std::string& setting) {
    return setting.starts_with("/experiment=");
  };
  for (const std::string& setting : settings)
    if (names_kind(setting)) config::apply_setting(document, setting, {{"experiment", ""}});
  const config::Json defaults = config::default_configuration(vocabulary, vocabulary.of(document));
  refuse_other(document, path, defaults, trainer::resolved(trainer::TrainConfig()),
               "train a network with it: laggard train");
  for (const std::string& setting : settings)
    if (!names_kind(setting)) config::apply_setting(document, setting, defaults);
  return config::expand(document, vocabulary);
}

config::Json ConfigArguments::training(const sweep::Kinds& kinds) const {
  const config::Vocabulary vocabulary = kinds.vocabulary();
  config::Json document = config::read_file(path);
  const config::Json defaults =
      trainer::resolved(trainer::read_train_config(config::Json::object()));
  refuse_other(document, path, defaults,
               config::default_configuration(vocabulary, vocabulary.of(document)),
               "run it: laggard run");
  for (const std::string& setting : settings) config::apply_setting(document, setting, defaults);
  return document;
}

void say_simulated(const config::Plan& plan) {
  if (plan.common().measures_time())
    fmt::print(stderr, "laggard: the configuration is for the wall clock; this is a simulation\n");
}

sweep::Sweep make_sweep(const ConfigArguments& arguments, const Environment& environment,
                        std::timed_mutex* files) {
  config::Plan plan = arguments.plan(environment.kinds);
  const sweep::ExperimentKind& kind = environment.kinds.find(plan.common().experiment);
  return {kind, std::move(plan), files};
}

CLI::Option* add_output_option(CLI::App& command, std::string& output,
                               const std::string& description, const std::string& type) {
  return command.add_option("--output,-o", output, description)
      ->type_name(type)
      ->each([](const std::string& name) {
        if (name.empty())
          throw ConfigError("--output is empty", "it names the file to write",
                            "name a file, or leave the option out");
      });
}

CLI::Option* add_overwrite_option(CLI::App& command, bool& overwrite) {
  return command.add_flag("--overwrite", overwrite,
                          "replace the file; otherwise an old one is kept under another name");
}

std::string usage_error(const CLI::App& program, const CLI::ParseError& error,
                        const std::vector<std::string_view>& arguments) {
  std::vector<std::string_view> names;
  const CLI::App* command = &program;
  for (const CLI::App* subcommand : program.get_subcommands(nullptr)) {
    names.push_back(subcommand->get_name());
    if (arguments.size() > 1 && subcommand->get_name() == arguments[1]) command = subcommand;
  }
  if (arguments.size() < 2)
    return fmt::format("there is no command (what is to be done?); use one of: {}", join(names));
  if (command == &program && !arguments[1].starts_with('-'))
    return fmt::format("there is no command '{}' (the command comes first); {}", arguments[1],
                       suggestion(arguments[1], names));

  std::vector<std::string> options;
  for (const CLI::Option* option : command->get_options())
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  const bool nested = command != &program && !command->get_subcommands(nullptr).empty();
  const std::vector<std::string_view> known(options.begin(), options.end());
  for (const std::string_view argument : arguments) {
    const std::string_view name = argument.substr(0, argument.find('='));
    if (nested) break;
    if (name.starts_with("--") && std::find(known.begin(), known.end(), name) == known.end())
      return fmt::format("there is no option '{}' ({} does not have it); {}", name,
                         command == &program ? "laggard" : command->get_name(),
                         suggestion(name, known));
  }
  return fmt::format("{} (the command line is not understood); see `laggard {}--help`",
                     error.what(), command == &program ? "" : command->get_name() + " ");
}

void say_kept(const std::string& path, const std::string& kept) {
  if (!kept.empty())
    fmt::print(stderr, "laggard: the old '{}' is kept as '{}'\n", printable(path), printable(kept));
}

}  // namespace laggard::commands
