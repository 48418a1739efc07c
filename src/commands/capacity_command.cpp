#include <fmt/format.h>

#include <cmath>

#include "commands/command.hpp"
#include "commands/last_resort.hpp"
#include "commands/progress.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/text.hpp"
#include "experiment/serving/capacity.hpp"
#include "output/printed_table.hpp"

namespace laggard::commands {
namespace {

struct CapacityArguments {
  ConfigArguments config;
  double limit_ms = 0.0;
  std::string latency = "p999";
  bool csv = false, quiet = false;
};

output::Cell milliseconds(Seconds time) {
  return {std::isnan(time) ? "-" : fmt::format("{:.2f}", 1e3 * time),
          std::isnan(time) ? config::Json() : config::Json(1e3 * time)};
}

void print_capacities(const CapacityArguments& arguments, const Environment& environment) {
  if (!(arguments.limit_ms > 0.0) || !std::isfinite(arguments.limit_ms))
    throw ConfigError(fmt::format("--limit is {}", arguments.limit_ms), "it is a latency",
                      "give milliseconds above 0");
  const Column& column = serving::latency_column(arguments.latency);
  const config::Plan plan = arguments.config.plan(environment.kinds);
  plan.require_fixed_trials();
  install_interrupt_handlers();
  const LastResort last_resort;
  say_simulated(plan);
  output::PrintedTable table({{"policy", "policy"},
                              {"parameters", "set by the sweep"},
                              {"instances", "instances"},
                              {"rate", "queries/s"},
                              {"rate_per_instance", "per instance"},
                              {"median_ms", "median ms"},
                              {"p999_ms", "p99.9 ms"},
                              {"utilisation", "utilisation"},
                              {"approximated", "approximated"},
                              {"accuracy", "accuracy"}});
  constexpr std::uint64_t kUsualRates = 12;  // of a policy that has not begun
  std::uint64_t policies = plan.combinations.size() * plan.common().points(), tried = 0;
  Progress progress(kUsualRates * policies, "rates", progress_style(arguments.quiet));
  for (const config::Combination& combination : plan.combinations) {
    serving::Simulation simulation(combination);
    for (const serving::ActivePolicy& policy : simulation.policies()) {
      --policies;
      if (!policy.policy) continue;
      const serving::Capacity found = serving::largest_rate(
          simulation, policy, column, arguments.limit_ms / 1e3, [&](std::uint32_t left_at_least) {
            progress.expect(++tried + left_at_least + kUsualRates * policies);
            progress.advance();
          });
      table.add(
          {output::text_cell(policy.record.scheme),
           output::json_cell(policy.record.parameters,
                             combination.swept.parameters.empty() ? "" : policy.record.parameters),
           output::count_cell(policy.record.active),
           {fmt::format("{:.1f}", found.rate), found.rate},
           {fmt::format("{:.2f}", found.rate / policy.record.active),
            found.rate / policy.record.active},
           milliseconds(found.means.median),
           milliseconds(found.means.p999),
           output::share_cell(found.means.utilisation),
           output::share_cell(found.means.approximated),
           output::share_cell(found.means.accuracy)});
    }
  }
  fmt::print("{}", arguments.csv ? table.csv() : table.text());
}

}  // namespace

void add_capacity_command(CLI::App& program, const Environment& environment) {
  CLI::App* command = program.add_subcommand(
      "capacity", "find the largest rate at which each policy of a server holds a latency");
  auto arguments = std::make_shared<CapacityArguments>();
  arguments->config.add_to(*command, "/trials=5");
  command
      ->add_option("--limit", arguments->limit_ms,
                   "the mean of the latency over the trials must not be above it, milliseconds")
      ->required()
      ->type_name("MS");
  command->add_option("--latency", arguments->latency, "median, mean, p99, p995 or p999")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_flag("--csv", arguments->csv, "the table as CSV");
  command->add_flag("--quiet,-q", arguments->quiet, "show no progress");
  command->callback([arguments, &environment] { print_capacities(*arguments, environment); });
}

}  // namespace laggard::commands
