#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "commands/command.hpp"
#include "commands/last_resort.hpp"
#include "commands/progress.hpp"
#include "core/error.hpp"
#include "core/interrupt.hpp"
#include "core/text.hpp"
#include "experiment/serving/calibration.hpp"
#include "output/printed_table.hpp"

namespace laggard::commands {
namespace {

struct CalibrateArguments {
  ConfigArguments config;
  std::string table, output;
  std::string policy = "equal_resources";
  std::vector<std::string> free;
  std::uint32_t evaluations = 200;
  bool overwrite = false, csv = false, quiet = false;
};

/// "/serving/rate = 270, ..."
std::string describe_row(const serving::LatencyTable::Row& row) {
  std::string text;
  for (const auto& setting : row.settings)
    text +=
        fmt::format("{}{} = {}", text.empty() ? "" : ", ", setting.pointer, setting.value.dump());
  return text;
}

/// Relative errors of a policy's cells in one column.
struct Errors {
  double sum = 0.0, worst = 0.0;
  std::uint32_t cells = 0;

  void add(double error) {
    sum += error;
    worst = std::max(worst, error);
    ++cells;
  }
};

/// "-" where there is no number.
output::Cell cell(const std::string& shown, double value) {
  if (std::isnan(value)) return {"-", config::Json()};
  return {shown, value};
}

void compare(const serving::Calibration& calibration, const CalibrateArguments& arguments) {
  const serving::LatencyTable& table = calibration.table();
  output::PrintedTable cells({{"policy", "policy"},
                              {"settings", "set by the row"},
                              {"latency", "latency"},
                              {"measured_ms", "measured ms"},
                              {"predicted_ms", "predicted ms"},
                              {"error", "error %"},
                              {"fitted", "fitted"}});
  std::map<std::pair<std::string, std::string>, Errors> errors;
  std::vector<const serving::LatencyTable::Row*> unstable;
  for (const auto& row : table.rows) {
    const std::vector<Seconds> predicted = calibration.predict(row);
    if (std::any_of(predicted.begin(), predicted.end(), [](Seconds s) { return std::isnan(s); }))
      unstable.push_back(&row);
    const bool fitted = !arguments.free.empty() && row.policy == arguments.policy;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      if (std::isnan(row.measured[i])) continue;
      const double error = predicted[i] / row.measured[i] - 1.0;
      const std::string name(table.columns[i]->name);
      if (std::isfinite(error)) errors[{row.policy, name}].add(std::abs(error));
      cells.add({output::text_cell(row.policy),
                 output::text_cell(describe_row(row)),
                 output::text_cell(name),
                 cell(fmt::format("{:.1f}", 1e3 * row.measured[i]), 1e3 * row.measured[i]),
                 cell(fmt::format("{:.1f}", 1e3 * predicted[i]), 1e3 * predicted[i]),
                 cell(fmt::format("{:+.1f}", 100.0 * error), error),
                 {fitted ? "yes" : "", fitted}});
    }
  }
  fmt::print("{}", arguments.csv ? cells.csv() : cells.text());
  for (const auto* row : unstable)
    fmt::print(stderr,
               "laggard: warning: {}{}{}: the queues grow without bound, so that no latency is "
               "predicted\n",
               printable(row->policy), row->settings.empty() ? "" : ", ",
               printable(describe_row(*row)));
  if (arguments.csv || errors.empty()) return;
  output::PrintedTable means({{"policy", "policy"},
                              {"latency", "latency"},
                              {"rows", "rows"},
                              {"mean", "mean |error| %"},
                              {"worst", "largest"}});
  for (const auto& [key, found] : errors)
    means.add({output::text_cell(key.first),
               output::text_cell(key.second),
               output::count_cell(found.cells),
               {fmt::format("{:.1f}", 100.0 * found.sum / found.cells), found.sum / found.cells},
               {fmt::format("{:.1f}", 100.0 * found.worst), found.worst}});
  fmt::print("\n{}", means.text());
}

void write_configuration(const config::Json& document, const CalibrateArguments& arguments) {
  if (std::filesystem::exists(arguments.output) && !arguments.overwrite)
    throw ConfigError(fmt::format("'{}' is there", arguments.output), "it would be replaced",
                      "give --overwrite or another name");
  std::ofstream file(arguments.output);
  file << document.dump(2) << '\n';
  if (!file.flush())
    throw RunError(fmt::format("cannot write '{}'", arguments.output), "the system refuses",
                   "check the folder and its space");
}

void calibrate(const CalibrateArguments& arguments, const Environment& environment) {
  if (const std::set<std::string> different(arguments.free.begin(), arguments.free.end());
      different.size() < arguments.free.size())
    throw ConfigError("--free names a number twice", "it has one value", "name it once");
  const config::Plan plan = arguments.config.plan(environment.kinds);
  plan.require_fixed_trials();
  config::Json document = plan.resolved;
  if (document.at("sweep").empty()) document.erase("sweep");
  serving::Calibration calibration(document, environment.kinds.vocabulary(),
                                   serving::read_latency_table(arguments.table));
  install_interrupt_handlers();
  const LastResort last_resort;
  say_simulated(plan);
  if (!arguments.free.empty()) {
    Progress progress(arguments.evaluations, "sets of values", progress_style(arguments.quiet));
    const auto fit = calibration.fit(arguments.free, arguments.policy, arguments.evaluations,
                                     [&](double) { progress.advance(); });
    fmt::print("{} sets of values tried; root mean square error of the logarithms {:.4f}\n",
               fit.evaluations, fit.error);
    for (const std::string& pointer : arguments.free)
      fmt::print("{} = {:.6g}\n", pointer,
                 calibration.document()[config::Json::json_pointer(pointer)].get<double>());
    fmt::print("\n");
  }
  if (!arguments.output.empty()) write_configuration(calibration.document(), arguments);
  compare(calibration, arguments);
}

}  // namespace

void add_calibrate_command(CLI::App& program, const Environment& environment) {
  CLI::App* command = program.add_subcommand(
      "calibrate",
      "compare measured latencies of a server with the simulation, and fit its numbers to them");
  auto arguments = std::make_shared<CalibrateArguments>();
  arguments->config.add_to(*command, "/serving/queries=30000");
  command
      ->add_option("--table", arguments->table,
                   "measured latencies: columns policy, JSON pointers, median_ms, p999_ms, ...")
      ->required()
      ->type_name("ROWS.csv");
  command
      ->add_option("--free", arguments->free,
                   "number of the configuration to fit; may be repeated. Without it, the "
                   "simulation is only compared")
      ->type_name("/POINTER")
      ->allow_extra_args(false);
  command
      ->add_option("--policy", arguments->policy,
                   "label of the policy whose rows are fitted; the other rows are predicted")
      ->type_name("LABEL")
      ->capture_default_str();
  command->add_option("--evaluations", arguments->evaluations, "sets of values to try at most")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  add_output_option(*command, arguments->output, "write the configuration with the fitted numbers",
                    "FILE.json");
  command->add_flag("--overwrite", arguments->overwrite, "replace that file");
  command->add_flag("--csv", arguments->csv, "every cell of the table as CSV");
  command->add_flag("--quiet,-q", arguments->quiet, "show no progress");
  command->callback([arguments, &environment] { calibrate(*arguments, environment); });
}

}  // namespace laggard::commands
