#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "commands/command.hpp"
#include "commands/point_filter.hpp"
#include "commands/table.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "output/degraded.hpp"
#include "output/distinctions.hpp"
#include "output/summary.hpp"
#include "output/trial_means.hpp"

namespace laggard::commands {
namespace {

struct SummaryArguments {
  std::string path;
  double unavailability = 0.1;
  bool csv = false;
  bool json = false;
  PointFilter filter;
};

/// What there is to print.
struct Content {
  Content(const hdf5::File& file, const output::PointTest& keep)
      : summary(output::summarise_results(file, keep)),
        means(output::trial_means(file, summary.points)),
        distinctions(summary.points) {
    for (const PointRecord& point : summary.points)
      if (!point.skipped.empty() && keep(point)) skipped.push_back(point);
  }

  output::ResultSummary summary;
  std::map<std::uint32_t, output::TrialMeans> means;
  output::Distinctions distinctions;
  std::vector<PointRecord> skipped;
};

/// Pointers that the sweep sets and that have no column of their own, in their order.
std::vector<std::string> swept_pointers(const output::ResultSummary& summary) {
  std::vector<std::string> pointers;
  for (const PointRecord& point : summary.points) {
    const config::Json parameters = config::Json::parse(point.parameters, nullptr, false);
    for (const auto& member : parameters.items())
      if (member.key() != "/workers" && member.key() != "/data_points" &&
          std::find(pointers.begin(), pointers.end(), member.key()) == pointers.end())
        pointers.push_back(member.key());
  }
  return pointers;
}

Table points_table(const Content& content) {
  const output::ResultSummary& summary = content.summary;
  // Where nobody waits for anything, all answers are in at once.
  const bool timed = std::any_of(
      summary.rows.begin(), summary.rows.end(),
      [&](const output::SummaryRow& row) { return content.means.at(row.point).completion_s > 0; });
  const auto title = [&](const char* text) { return timed ? text : ""; };
  std::vector<Table::Column> columns{{"point", ""},
                                     {"scheme", "scheme"},
                                     {"workers", "N"},
                                     {"data_points", "K"},
                                     {"stragglers", "S"},
                                     {"trials", "trials"},
                                     {"nonfinite_trials", ""},
                                     {"received_mean", title("received")},
                                     {"late_mean", title("late")},
                                     {"completion_seconds_mean", title("seconds")},
                                     {"mse_mean", "mse"},
                                     {"mse_ci_low", "95% low"},
                                     {"mse_ci_high", "95% high"},
                                     {"mse_median", "median"},
                                     {"accuracy_mean", "accuracy"},
                                     {"accuracy_ci_low", ""},
                                     {"accuracy_ci_high", ""},
                                     {"relative_accuracy", "relative"},
                                     {"base_accuracy", ""},
                                     {"reconstructed", ""},
                                     {"unavailable", ""},
                                     {"degraded_accuracy", ""},
                                     {"reconstruction_accuracy", ""},
                                     {"", "set by the sweep"}};
  const std::vector<std::string> pointers = swept_pointers(summary);
  for (const std::string& pointer : pointers) columns.push_back({pointer, ""});

  Table table(std::move(columns));
  for (const output::SummaryRow& row : summary.rows) {
    const PointRecord& point = summary.points[row.point];
    const output::TrialMeans& means = content.means.at(row.point);
    const bool whole =
        std::isnan(point.mean_stragglers) || point.mean_stragglers == point.stragglers;
    Cell stragglers = whole ? count_cell(point.stragglers) : number_cell(point.mean_stragglers);
    stragglers.shown = output::stragglers_of(point);
    std::vector<Cell> cells{count_cell(row.point),
                            text_cell(point.scheme),
                            count_cell(point.workers),
                            count_cell(point.data_points),
                            std::move(stragglers),
                            count_cell(row.trials),
                            count_cell(row.nonfinite_trials),
                            number_cell(means.received),
                            number_cell(means.late),
                            number_cell(means.completion_s),
                            error_cell(row.mse_mean),
                            error_cell(row.mse_ci_low),
                            error_cell(row.mse_ci_high),
                            error_cell(row.mse_median),
                            share_cell(row.accuracy_mean),
                            share_cell(row.accuracy_ci_low),
                            share_cell(row.accuracy_ci_high),
                            share_cell(row.relative_accuracy),
                            share_cell(row.base_accuracy),
                            count_cell(row.reconstructed),
                            count_cell(row.unavailable),
                            share_cell(row.degraded_accuracy),
                            share_cell(row.reconstruction_accuracy),
                            text_cell(content.distinctions.of(point))};
    const config::Json parameters = config::Json::parse(point.parameters, nullptr, false);
    for (const std::string& pointer : pointers)
      cells.push_back({"", parameters.is_object() ? parameters.value(pointer, config::Json())
                                                  : config::Json()});
    table.add(std::move(cells));
  }
  return table;
}

/// Schemes that pass answers on and reconstruct the others.
Table degraded_table(const std::vector<output::DegradedRecord>& records, double unavailability,
                     const output::Distinctions& distinctions) {
  const bool lost_varies = std::any_of(
      records.begin(), records.end(),
      [&](const output::DegradedRecord& record) { return record.lost != records.front().lost; });
  Table table({{"scheme", "scheme"},
               {"workers", "N"},
               {"data_points", "K"},
               {"lost_together", lost_varies ? "lost together" : ""},
               {"queries", "queries"},
               {"base_accuracy", "Aa"},
               {"degraded_accuracy", "Ad"},
               {"overall_accuracy", fmt::format("Ao({})", unavailability)},
               {"reconstruction_accuracy", "as the model"},
               {"random_accuracy", "random"},
               {"unavailable", "no estimate"},
               {"parameters", "set by the sweep"}});
  for (const output::DegradedRecord& record : records) {
    Cell lost = count_cell(record.lost);
    if (record.lost == 0) lost = {"-", nullptr};
    table.add({text_cell(record.scheme), count_cell(record.workers), count_cell(record.data_points),
               std::move(lost), count_cell(record.reconstructed), share_cell(record.base_accuracy),
               share_cell(record.degraded_accuracy),
               share_cell(record.overall_accuracy(unavailability)),
               share_cell(record.reconstruction_accuracy), share_cell(record.random_accuracy),
               count_cell(record.unavailable),
               json_cell(record.parameters, distinctions.of(record.scheme, record.parameters))});
  }
  return table;
}

Table rates_table(const std::vector<output::RateRecord>& records,
                  const output::Distinctions& distinctions) {
  Table table({{"scheme", "scheme"},
               {"variable", "in"},
               {"fixed", "at"},
               {"slope", "slope"},
               {"standard_error", "std error"},
               {"points", "points"},
               {"parameters", "set by the sweep"}});
  for (const output::RateRecord& rate : records) {
    const bool in_n = rate.variable == "workers";
    const char* other = in_n ? "S" : "N";
    const bool varies = rate.fixed == output::kVaries;
    Cell slope = number_cell(rate.slope), error = number_cell(rate.standard_error);
    slope.shown = fmt::format("{:.2f}", rate.slope);
    if (!std::isnan(rate.standard_error)) error.shown = fmt::format("{:.2f}", rate.standard_error);
    table.add(
        {text_cell(rate.scheme),
         {in_n ? "log N" : "log S", rate.variable},
         {varies ? fmt::format("{} varies", other) : fmt::format("{} = {}", other, rate.fixed),
          varies ? config::Json() : config::Json(rate.fixed)},
         std::move(slope),
         std::move(error),
         count_cell(rate.points),
         json_cell(rate.parameters, distinctions.of(rate.scheme, rate.parameters))});
  }
  return table;
}

Table skipped_table(const std::vector<PointRecord>& skipped) {
  Table table({{"point", ""}, {"scheme", ""}, {"parameters", ""}, {"reason", ""}});
  for (const PointRecord& point : skipped)
    table.add({count_cell(point.point), text_cell(point.scheme), json_cell(point.parameters),
               text_cell(point.skipped)});
  return table;
}

void print_text(const Content& content, double unavailability) {
  fmt::print("{}", points_table(content).text());
  for (const PointRecord& point : content.skipped)
    fmt::print("{}: skipped, {}\n", content.distinctions.describe(point), printable(point.skipped));
  if (const auto records = output::degraded(content.summary); !records.empty()) {
    fmt::print("\nreconstructed queries, over all positions\n{}",
               degraded_table(records, unavailability, content.distinctions).text());
    if (std::any_of(records.begin(), records.end(),
                    [](const auto& record) { return record.unavailable > 0; }))
      fmt::print("Ao leaves queries without an estimate out\n");
  }
  if (!content.summary.rates.empty())
    fmt::print("\nslopes of log mse\n{}",
               rates_table(content.summary.rates, content.distinctions).text());
}

void print_json(const Content& content, double unavailability) {
  const config::Json document{
      {"points", points_table(content).json()},
      {"skipped", skipped_table(content.skipped).json()},
      {"reconstructed",
       degraded_table(output::degraded(content.summary), unavailability, content.distinctions)
           .json()},
      {"slopes", rates_table(content.summary.rates, content.distinctions).json()}};
  // A label in a file that was changed need not be UTF-8.
  fmt::print("{}\n", document.dump(2, ' ', false, config::Json::error_handler_t::replace));
}

void print_summary(const SummaryArguments& arguments) {
  const std::string& path = arguments.path;
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  if (file.exists("/surface"))
    throw DataError(fmt::format("cannot summarise '{}'", path), "`laggard tune` wrote it",
                    fmt::format("draw it with plotting/plot surface {}", path));
  const std::string config = output::result_config(file);
  const Content content(file, arguments.filter.test(config, output::read_points(file)));
  if (!file.text_attribute("finished"))
    fmt::print(stderr, "laggard: '{}' is not finished; this is what it has so far\n",
               printable(path));
  if (arguments.csv)
    fmt::print("{}", points_table(content).csv());
  else if (arguments.json)
    print_json(content, arguments.unavailability);
  else
    print_text(content, arguments.unavailability);
}

}  // namespace

void add_summary_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("summary", "table of the points and fitted slopes of a result file");
  auto arguments = std::make_shared<SummaryArguments>();
  command->add_option("file", arguments->path, "result file of `laggard run`")
      ->required()
      ->type_name("FILE.h5");
  arguments->filter.add_to(*command);
  CLI::Option* csv = command->add_flag("--csv", arguments->csv,
                                       "the points as CSV, a column for every swept pointer");
  command
      ->add_flag("--json", arguments->json,
                 "points, skipped points, reconstructed queries and slopes as JSON")
      ->excludes(csv);
  command
      ->add_option("--unavailability", arguments->unavailability,
                   "share f of queries that are reconstructed in Ao = (1 - f) Aa + f Ad")
      ->type_name("F")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->callback([arguments] {
    if (std::isnan(arguments->unavailability))  // which lies in every CLI::Range
      throw ConfigError("--unavailability is nan", "it is a share of queries",
                        "give a number from 0 to 1");
    print_summary(*arguments);
  });
}

}  // namespace laggard::commands
