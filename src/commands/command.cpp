#include "commands/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/json.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "runtime/catalogue.hpp"
#include "train/train_config.hpp"

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

config::Json ConfigArguments::document(const Kinds& kinds) const {
  config::Json document = config::read_file(path);
  if (document.is_object()) {
    const auto strange = members_of_only(document, kinds.other, kinds.wanted);
    if (strange.size() > members_of_only(document, kinds.wanted, kinds.other).size())
      throw ConfigError(fmt::format("'{}' is another kind of configuration", path),
                        "it has /" + strange.front(), fmt::format("{} {}", kinds.advice, path));
  }
  for (const std::string& setting : settings)
    config::apply_setting(document, setting, kinds.wanted);
  return document;
}

config::Plan ConfigArguments::plan() const {
  const Catalogue& catalogue = runtime::catalogue();
  return config::expand(
      document({config::default_configuration(catalogue), train::resolved(train::TrainConfig()),
                "train a network with it: laggard train"}),
      catalogue);
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

std::string stragglers_of(const PointRecord& point) {
  return std::isnan(point.mean_stragglers) ? std::to_string(point.stragglers)
                                           : fmt::format("{:.4g}", point.mean_stragglers);
}

std::string describe(const PointRecord& point) {
  std::string text = fmt::format("point {} ({}, N = {}, S = {}", point.point, point.scheme,
                                 point.workers, stragglers_of(point));
  const config::Json parameters = config::Json::parse(point.parameters, nullptr, false);
  for (const auto& [pointer, value] : parameters.items())
    if (pointer != "/workers" && pointer != "/stragglers/count")
      text += fmt::format(", {} = {}", pointer, value.dump());
  return printable(text + ")");
}

}  // namespace laggard::commands
