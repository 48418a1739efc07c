#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "commands/command.hpp"
#include "config/json.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "faults/trace_lines.hpp"
#include "fit/advice.hpp"
#include "fit/fit_file.hpp"
#include "hdf5/file.hpp"
#include "output/input_files.hpp"
#include "output/printed_table.hpp"

namespace laggard::commands {
namespace {

using config::Json;
using faults::Measurement;

struct FitArguments {
  std::string path;
  std::string unit = "auto";
  std::string table = "/workers";
  std::uint32_t point = 0;
  std::string output;
  bool overwrite = false;
  bool compute = false;
  Seconds deadline_s = 0.0;  ///< 0: none was given
  bool json = false;
  std::string print;
};

/// What was measured, and the computing time that was taken out of it.
struct Times {
  std::vector<Measurement> rows;
  Seconds compute_s = 0.0;
};

/// Missing times of which nothing is known tell nothing: they are left out.
void leave_out_unknown(std::vector<Measurement>& rows) {
  const auto left_out = std::erase_if(
      rows, [](const Measurement& row) { return !row.answered && row.seconds == 0.0; });
  if (left_out > 0)
    fmt::print(stderr,
               "laggard: warning: {} missing {} left out: their rounds have no other time, and "
               "--deadline does not say how long they were waited for\n",
               left_out, left_out == 1 ? "time is" : "times are");
}

Times read_times(const FitArguments& arguments) {
  if (!(arguments.deadline_s >= 0.0) || !std::isfinite(arguments.deadline_s))
    throw ConfigError(fmt::format("--deadline is {}", arguments.deadline_s), "it is a time",
                      "give seconds, 0 or more");
  const bool table = hdf5::is_hdf5(arguments.path);
  std::error_code failure;
  const bool lines = !table && std::filesystem::exists(arguments.path, failure);
  if (arguments.compute && lines)
    throw ConfigError("--compute is set", "only /workers of a result tells computing from waiting",
                      "leave it out, or name a result");
  if (arguments.point > 0 && lines)
    throw ConfigError(fmt::format("--point is {}", arguments.point), "only a result has points",
                      "leave it out, or name a result");
  Times times;
  times.rows = table ? faults::read_trace_table(arguments.path, arguments.table, arguments.point)
                     : faults::read_trace_lines(arguments.path, arguments.unit);
  for (Measurement& row : times.rows)
    if (!row.answered) row.seconds = std::max(row.seconds, arguments.deadline_s);
  leave_out_unknown(times.rows);
  if (!arguments.compute) return times;
  std::vector<Seconds> computed;
  for (const Measurement& row : times.rows)
    if (row.answered && std::isfinite(row.compute_s)) computed.push_back(row.compute_s);
  if (computed.empty())
    throw DataError(fmt::format("'{}' has no computing times", arguments.path),
                    "it is not of the wall clock", "leave --compute out");
  const auto middle = computed.begin() + static_cast<std::ptrdiff_t>(computed.size() / 2);
  std::nth_element(computed.begin(), middle, computed.end());
  times.compute_s = *middle;
  for (Measurement& row : times.rows)
    row.seconds = std::max(0.0, row.seconds - (row.answered ? row.compute_s : times.compute_s));
  return times;
}

void require_spread(const fit::Sample& sample, const std::string& path) {
  if (sample.answered.size() >= 2 && sample.answered.front() < sample.answered.back()) return;
  throw DataError(fmt::format("cannot fit '{}'", path),
                  sample.answered.empty() ? "nobody has answered" : "all times are the same",
                  "give at least two times that differ");
}

output::PrintedTable table_of_fits(const std::vector<fit::DelayFit>& fits) {
  output::PrintedTable table({{"kind", "kind"},
                              {"parameters", "parameters"},
                              {"log_likelihood", "log L"},
                              {"aic", "AIC"},
                              {"distance", "distance"}});
  for (const fit::DelayFit& fit : fits) {
    std::vector<std::string> shown;
    Json values = Json::array();
    for (const fit::Parameter& parameter : fit.parameters) {
      shown.push_back(std::isfinite(parameter.standard_error)
                          ? fmt::format("{} {:.4g} +- {:.2g}", parameter.name, parameter.value,
                                        parameter.standard_error)
                          : fmt::format("{} {:.4g}", parameter.name, parameter.value));
      values.push_back(
          {{"name", parameter.name},
           {"value", parameter.value},
           {"standard_error",
            std::isfinite(parameter.standard_error) ? Json(parameter.standard_error) : Json()}});
    }
    table.add({output::text_cell(fit.kind),
               output::json_cell(values.dump(), fmt::format("{}", fmt::join(shown, ", "))),
               output::number_cell(fit.log_likelihood), output::number_cell(fit.aic()),
               output::number_cell(fit.distance)});
  }
  return table;
}

/// "8 workers", and their numbers where they are not 0 to 7.
std::string count_of(const std::set<std::uint32_t>& numbers, std::string_view what) {
  const bool usual = *numbers.rbegin() + 1 == numbers.size();
  return fmt::format("{} {}{}", numbers.size(), what,
                     usual ? "" : fmt::format(" ({} to {})", *numbers.begin(), *numbers.rbegin()));
}

std::string counts(const std::vector<Measurement>& rows) {
  std::set<std::uint32_t> workers, rounds;
  std::size_t missing = 0;
  for (const Measurement& row : rows) {
    workers.insert(row.worker);
    rounds.insert(row.round);
    missing += row.answered ? 0 : 1;
  }
  return fmt::format("{} times of {} in {}; {} never came{}", rows.size(),
                     count_of(workers, "workers"), count_of(rounds, "rounds"), missing,
                     missing == 0
                         ? ""
                         : ", and count as longer than what is known of them (if they were "
                           "waited for longer: --deadline)");
}

void print_text(const std::vector<Measurement>& rows, const std::vector<fit::DelayFit>& fits,
                const std::optional<fit::TwoLevel>& levels, const Json& advice) {
  fmt::print("{}\n\n{}", counts(rows), table_of_fits(fits).text());
  if (levels) {
    fmt::print(
        "\nlog time = worker + round + chance: standard deviations {:.3g}, {:.3g} and {:.3g}; AIC "
        "{:.4g}\n",
        levels->worker_sigma, levels->round_sigma, levels->sigma, levels->aic());
  } else {
    fmt::print("\nno factors of workers and rounds: {}\n", fit::why_no_levels(rows));
  }
  fmt::print("\nfor a configuration:\n");
  for (const auto& [key, value] : advice.items()) fmt::print("\"{}\": {},\n", key, value.dump());
}

void run_fit(const FitArguments& arguments) {
  const Times times = read_times(arguments);
  const fit::Measured measured(times.rows);
  require_spread(measured.sample, arguments.path);
  const std::vector<fit::DelayFit> fits = fit::fit_delays(measured);
  const std::optional<fit::TwoLevel> levels = fit::levels_of(measured);
  const fit::Advice parts = fit::advise(measured, fits, levels);
  Json advice{{"delay", config::parse(parts.delay, "the fit")}};
  if (parts.speeds) advice["speeds"] = config::parse(*parts.speeds, "the fit");
  if (arguments.compute) advice["time"] = {{"compute_seconds", times.compute_s}};

  if (!arguments.print.empty()) {
    fmt::print("{}\n", advice.value(arguments.print, Json{{"kind", "equal"}}).dump());
  } else if (arguments.json) {
    Json document{{"fits", table_of_fits(fits).json()}, {"configuration", advice}};
    if (levels)
      document["levels"] = {{"median", levels->median}, {"workers", levels->workers},
                            {"rounds", levels->rounds}, {"worker_sigma", levels->worker_sigma},
                            {"sigma", levels->sigma},   {"round_sigma", levels->round_sigma},
                            {"aic", levels->aic()}};
    fmt::print("{}\n", document.dump(2));
  } else {
    print_text(times.rows, fits, levels, advice);
  }
  if (arguments.output.empty()) return;
  output::require_no_input(arguments.output, {{arguments.path, ""}});
  say_kept(arguments.output, fit::write_fits(arguments.output, measured, fits, arguments.path,
                                             existing(arguments.overwrite)));
}

}  // namespace

void add_fit_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand("fit", "fit the kinds of delays to measured times");
  auto arguments = std::make_shared<FitArguments>();
  command
      ->add_option("file", arguments->path,
                   "CSV file, output of sacct --parsable2, or result with /workers")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--unit", arguments->unit,
                   "unit of the times in a text file, where its header has none: s, ms, us, ns")
      ->check(CLI::IsMember(std::vector<std::string>{"auto", "s", "ms", "us", "ns"}));
  command->add_option("--table", arguments->table, "table of an HDF5 file")->capture_default_str();
  command->add_option("--point", arguments->point, "point of a result")->capture_default_str();
  command->add_flag("--compute", arguments->compute,
                    "take the measured computing time out of the times of a result, as "
                    "/time/compute_seconds");
  command
      ->add_option("--deadline", arguments->deadline_s,
                   "how long each round was waited for: a missing time is longer than that")
      ->type_name("SECONDS");
  command->add_flag("--json", arguments->json, "print JSON");
  command
      ->add_option("--print", arguments->print,
                   "print nothing but this part of the configuration, for --set of `laggard run`")
      ->check(CLI::IsMember(std::vector<std::string>{"delay", "speeds"}));
  add_output_option(*command, arguments->output,
                    "file for `plot fit`, with measured and fitted tails");
  add_overwrite_option(*command, arguments->overwrite);
  command->footer(
      "Parameters have the greatest likelihood and are printed with standard errors; times that\n"
      "never came count as longer than what is known of them: the time that the master of a "
      "result\n"
      "waited, that a job of sacct ran, or that the last of the same round took. The last one is\n"
      "before a deadline, by so much that the means of n workers come out about 1/n too short; "
      "give\n"
      "the --deadline if there was one. AIC is Akaike's criterion, 2 p - 2 log L; the least is "
      "the\n"
      "best. `distance` is the largest between the measured and the fitted distribution function\n"
      "(Kolmogorov and Smirnov).");
  command->callback([arguments] { run_fit(*arguments); });
}

}  // namespace laggard::commands
