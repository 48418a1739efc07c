#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands/command.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "output/degraded.hpp"
#include "output/summary.hpp"

namespace laggard::commands {
namespace {

/// Columns as wide as their widest cell.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) { add(std::move(head)); }
  /// What stands in a file may be anything.
  void add(std::vector<std::string> row) {
    for (std::string& cell : row) cell = printable(cell);
    rows_.push_back(std::move(row));
  }

  void print() const {
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    for (const auto& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i)
        line += i == 0 ? fmt::format("{:<{}}", row[i], widths[i])
                       : fmt::format("  {:>{}}", row[i], widths[i]);
      fmt::print("{}\n", line);
    }
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string number(double value) {
  return std::isnan(value) ? "nan" : fmt::format("{:.3e}", value);
}

std::string share(double value) {
  return std::isnan(value) ? "-" : fmt::format("{:.4f}", value);
}

std::string other_parameters(const std::string& set) {
  std::string text;
  const config::Json parameters = config::Json::parse(set, nullptr, false);
  for (const auto& [pointer, value] : parameters.items())
    if (pointer != "/workers" && pointer != "/stragglers/count")
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", pointer, value.dump());
  return text;
}

/// Schemes that pass answers on and reconstruct the others.
void print_degraded(const output::ResultSummary& summary, double unavailability) {
  const auto records = output::degraded(summary);
  if (records.empty()) return;
  fmt::print("\nreconstructed queries, over all positions\n");
  const bool lost_varies = std::any_of(
      records.begin(), records.end(),
      [&](const output::DegradedRecord& record) { return record.lost != records.front().lost; });
  const auto cells = [&](const std::string& lost, std::vector<std::string> others) {
    if (lost_varies) others.insert(others.begin() + 3, lost);
    return others;
  };
  TextTable table(cells("lost together", {"scheme", "N", "K", "queries", "Aa", "Ad",
                                          fmt::format("Ao({})", unavailability), "as the model",
                                          "random", "no estimate", "set by the sweep"}));
  for (const output::DegradedRecord& record : records)
    table.add(
        cells(record.lost == 0 ? "-" : std::to_string(record.lost),
              {record.scheme, std::to_string(record.workers), std::to_string(record.data_points),
               std::to_string(record.reconstructed), share(record.base_accuracy),
               share(record.degraded_accuracy), share(record.overall_accuracy(unavailability)),
               share(record.reconstruction_accuracy), share(record.random_accuracy),
               std::to_string(record.unavailable), other_parameters(record.parameters)}));
  table.print();
  const bool missing = std::any_of(records.begin(), records.end(),
                                   [](const auto& record) { return record.unavailable > 0; });
  if (missing) fmt::print("Ao leaves queries without an estimate out\n");
}

void print_summary(const std::string& path, double unavailability) {
  const hdf5::File file(path, hdf5::Access::kReadOnly);
  if (file.exists("/surface"))
    throw DataError(fmt::format("cannot summarise '{}'", path), "`laggard tune` wrote it",
                    fmt::format("draw it with plotting/plot surface {}", path));
  const output::ResultSummary summary = output::summarise_results(file);
  if (!file.text_attribute("finished"))
    fmt::print(stderr, "laggard: '{}' is not finished; this is what it has so far\n",
               printable(path));

  TextTable points({"scheme", "N", "K", "S", "trials", "mse", "95% low", "95% high", "median",
                    "accuracy", "relative", "set by the sweep"});
  for (const output::SummaryRow& row : summary.rows) {
    const PointRecord& point = summary.points[row.point];
    points.add({point.scheme, std::to_string(point.workers), std::to_string(point.data_points),
                output::stragglers_of(point), std::to_string(row.trials), number(row.mse_mean),
                number(row.mse_ci_low), number(row.mse_ci_high), number(row.mse_median),
                share(row.accuracy_mean), share(row.relative_accuracy),
                other_parameters(point.parameters)});
  }
  points.print();
  for (const PointRecord& point : summary.points)
    if (!point.skipped.empty())
      fmt::print("{}: skipped, {}\n", output::describe(point), printable(point.skipped));

  print_degraded(summary, unavailability);

  if (summary.rates.empty()) return;
  fmt::print("\nslopes of log mse\n");
  TextTable rates({"scheme", "in", "at", "slope", "std error", "points", "set by the sweep"});
  for (const output::RateRecord& rate : summary.rates) {
    const bool in_n = rate.variable == "workers";
    rates.add({rate.scheme, in_n ? "log N" : "log S",
               rate.fixed == output::kVaries ? fmt::format("{} varies", in_n ? "S" : "N")
                                             : fmt::format("{} = {}", in_n ? "S" : "N", rate.fixed),
               fmt::format("{:.2f}", rate.slope),
               std::isnan(rate.standard_error) ? "-" : fmt::format("{:.2f}", rate.standard_error),
               std::to_string(rate.points), rate.parameters == "{}" ? "" : rate.parameters});
  }
  rates.print();
}

}  // namespace

void add_summary_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("summary", "table of the points and fitted slopes of a result file");
  auto path = std::make_shared<std::string>();
  command->add_option("file", *path, "result file of `laggard run`")
      ->required()
      ->type_name("FILE.h5");
  auto unavailability = std::make_shared<double>(0.1);
  command
      ->add_option("--unavailability", *unavailability,
                   "share f of queries that are reconstructed in Ao = (1 - f) Aa + f Ad")
      ->type_name("F")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->callback([path, unavailability] {
    if (std::isnan(*unavailability))  // which lies in every CLI::Range
      throw ConfigError("--unavailability is nan", "it is a share of queries",
                        "give a number from 0 to 1");
    print_summary(*path, *unavailability);
  });
}

}  // namespace laggard::commands
