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

/// What was found for a policy of a combination.
struct Found {
  PointRecord policy;
  bool swept = false;
  serving::Capacity capacity;
};

std::vector<Found> search(const config::Plan& plan, const CapacityArguments& arguments,
                          const Column& column) {
  constexpr std::uint64_t kUsualRates = 12;  // of a policy that has not begun
  std::uint64_t policies = plan.combinations.size() * plan.common().points(), tried = 0;
  Progress progress(kUsualRates * policies, "rates", progress_style(arguments.quiet));
  std::vector<Found> found;
  for (const config::Combination& combination : plan.combinations) {
    serving::Simulation simulation(combination);
    for (const serving::ActivePolicy& policy : simulation.policies()) {
      --policies;
      if (!policy.policy) {
        fmt::print(stderr, "laggard: {} is left out ({})\n", printable(policy.record.scheme),
                   printable(policy.record.skipped));
        continue;
      }
      const auto step = [&](std::uint32_t left_at_least) {
        progress.expect(++tried + left_at_least + kUsualRates * policies);
        progress.advance();
      };
      found.push_back(
          {policy.record, !combination.swept.parameters.empty(),
           serving::largest_rate(simulation, policy, column, arguments.limit_ms / 1e3, step)});
    }
  }
  if (found.empty())
    throw ConfigError("no policy can run", "the reason of each stands above",
                      "change the configuration; `laggard check` knows it as well");
  return found;
}

output::Cell milliseconds_cell(Seconds time) {
  return {std::isnan(time) ? "-" : fmt::format("{:.2f}", 1e3 * time),
          std::isnan(time) ? config::Json() : config::Json(1e3 * time)};
}

output::Cell rate_cell(double rate, int decimals) {
  if (!(rate > 0.0)) return {"-", config::Json()};
  const bool small = rate < std::pow(10.0, 1 - decimals);  // few digits would be left
  return {small ? fmt::format("{:.4g}", rate) : fmt::format("{:.{}f}", rate, decimals), rate};
}

output::PrintedTable table_of_rates(const std::vector<Found>& all) {
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
  for (const auto& [policy, swept, capacity] : all)
    table.add({output::text_cell(policy.scheme),
               output::json_cell(policy.parameters, swept ? policy.parameters : ""),
               output::count_cell(policy.active), rate_cell(capacity.rate, 1),
               rate_cell(capacity.rate / policy.active, 2),
               milliseconds_cell(capacity.means.median), milliseconds_cell(capacity.means.p999),
               output::share_cell(capacity.means.utilisation),
               output::share_cell(capacity.means.approximated),
               output::share_cell(capacity.means.accuracy)});
  return table;
}

/// Why a policy has no rate, on stderr.
void say_none(const Found& found, const CapacityArguments& arguments) {
  if (found.capacity.rate > 0.0) return;
  const std::string holds =
      fmt::format("{}{} holds {} ms at no rate", found.policy.scheme,
                  found.swept ? " with " + found.policy.parameters : "", arguments.limit_ms);
  if (found.capacity.lowest > 0.0)
    fmt::print(stderr, "laggard: {} that was tried, down to {:.4g} queries/s\n", holds,
               found.capacity.lowest);
  else
    fmt::print(stderr, "laggard: {}: without any queue, its {} is {:.4g} ms\n", holds,
               arguments.latency, 1e3 * found.capacity.alone);
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
  const std::vector<Found> found = search(plan, arguments, column);
  const output::PrintedTable table = table_of_rates(found);
  fmt::print("{}", arguments.csv ? table.csv() : table.text());
  for (const Found& policy : found) say_none(policy, arguments);
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
