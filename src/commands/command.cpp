#include "commands/command.hpp"

#include <fmt/format.h>

#include "config/json.hpp"
#include "runtime/catalogue.hpp"

namespace laggard::commands {

void ConfigArguments::add_to(CLI::App& command) {
  command.add_option("config", path, "configuration file (JSON)")->required()->type_name("CONFIG");
  command
      .add_option("--set", settings,
                  "change a value: --set /workers=64; may be repeated, wins over the file")
      ->type_name("/POINTER=VALUE")
      ->allow_extra_args(false);
}

config::Plan ConfigArguments::plan() const {
  config::Json document = config::read_file(path);
  for (const std::string& setting : settings) config::apply_setting(document, setting);
  return config::expand(document, runtime::catalogue());
}

std::string describe(const PointRecord& point) {
  std::string text = fmt::format("point {} ({}, N = {}, S = {}", point.point, point.scheme,
                                 point.workers, point.stragglers);
  const config::Json parameters = config::Json::parse(point.parameters, nullptr, false);
  for (const auto& [pointer, value] : parameters.items())
    if (pointer != "/workers" && pointer != "/stragglers/count")
      text += fmt::format(", {} = {}", pointer, value.dump());
  return text + ")";
}

}  // namespace laggard::commands
