#include "experiment/approximation/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "config/json.hpp"
#include "output/degraded.hpp"
#include "output/distinctions.hpp"
#include "output/summary.hpp"
#include "output/trial_means.hpp"

namespace laggard::approximation {
namespace {

using output::Cell;
using output::count_cell;
using output::error_cell;
using output::json_cell;
using output::number_cell;
using output::PrintedTable;
using output::share_cell;
using output::text_cell;

/// What there is to print.
struct Content {
  Content(const hdf5::File& file, const output::PointTest& keep)
      : summary(output::summarise_results(file, keep)),
        means(output::trial_means(file, summary.points)),
        distinctions(summary.points) {}

  output::ResultSummary summary;
  std::map<std::uint32_t, output::TrialMeans> means;
  output::Distinctions distinctions;
};

/// Pointers that the sweep sets and that have no column of their own, in their order.
std::vector<std::string> swept_pointers(const output::ResultSummary& summary) {
  std::vector<std::string> pointers;
  for (const PointRecord& point : summary.points) {
    const config::Json parameters = config::parse_or_discard(point.parameters);
    for (const auto& member : parameters.items())
      if (member.key() != "/workers" && member.key() != "/data_points" &&
          std::find(pointers.begin(), pointers.end(), member.key()) == pointers.end())
        pointers.push_back(member.key());
  }
  return pointers;
}

PrintedTable points_table(const Content& content) {
  const output::ResultSummary& summary = content.summary;
  // Where nobody waits for anything, all answers are in at once.
  const bool timed = std::any_of(
      summary.rows.begin(), summary.rows.end(),
      [&](const output::SummaryRow& row) { return content.means.at(row.point).completion_s > 0; });
  const auto title = [&](const char* text) { return timed ? text : ""; };
  const auto counted = [&](auto member) {
    return std::any_of(summary.rows.begin(), summary.rows.end(),
                       [&](const output::SummaryRow& row) { return row.*member > 0; });
  };
  const bool lies = counted(&output::SummaryRow::liars);
  const bool judged = counted(&output::SummaryRow::flagged);
  const auto any = [&](double output::SummaryRow::*column) {
    return std::any_of(summary.rows.begin(), summary.rows.end(),
                       [&](const output::SummaryRow& row) { return !std::isnan(row.*column); });
  };
  const bool any_random = any(&output::SummaryRow::random_mse_mean);
  const bool any_area = any(&output::SummaryRow::anytime_area);
  std::vector<PrintedTable::Column> columns{{"point", ""},
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
                                            {"liars", lies ? "liars" : ""},
                                            {"flagged", judged ? "flagged" : ""},
                                            {"caught", ""},
                                            {"precision", judged ? "precision" : ""},
                                            {"recall", judged ? "recall" : ""},
                                            {"random_mse_mean", any_random ? "random mse" : ""},
                                            {"worst_ratio", any_random ? "ratio" : ""},
                                            {"anytime_area", any_area ? "area" : ""},
                                            {"target_reached", any_area ? "reached" : ""},
                                            {"target_seconds", any_area && timed ? "after" : ""},
                                            {"target_answers", any_area ? "answers" : ""},
                                            {"", "set by the sweep"}};
  const std::vector<std::string> pointers = swept_pointers(summary);
  for (const std::string& pointer : pointers) columns.push_back({pointer, ""});

  PrintedTable table(std::move(columns));
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
                            count_cell(row.liars),
                            count_cell(row.flagged),
                            count_cell(row.caught),
                            share_cell(row.precision),
                            share_cell(row.recall),
                            std::isnan(row.random_mse_mean) ? number_cell(row.random_mse_mean)
                                                            : error_cell(row.random_mse_mean),
                            number_cell(row.worst_ratio),
                            number_cell(row.anytime_area),
                            share_cell(row.target_reached),
                            number_cell(row.target_s),
                            number_cell(row.target_answers),
                            text_cell(content.distinctions.of(point))};
    const config::Json parameters = config::parse_or_discard(point.parameters);
    for (const std::string& pointer : pointers)
      cells.push_back({"", parameters.is_object() ? parameters.value(pointer, config::Json())
                                                  : config::Json()});
    table.add(std::move(cells));
  }
  return table;
}

/// Which decoders the answers chose, where they chose any.
PrintedTable chosen_table(const Content& content) {
  std::vector<PrintedTable::Column> columns{{"point", ""},
                                            {"scheme", "scheme"},
                                            {"workers", "N"},
                                            {"data_points", "K"},
                                            {"stragglers", "S"}};
  const std::vector<std::string_view> names = decoder_kind_names();
  for (std::size_t kind = 1; kind < names.size(); ++kind)
    columns.push_back({std::string(names[kind]), std::string(names[kind])});
  columns.push_back({"", "set by the sweep"});
  PrintedTable table(std::move(columns));
  for (const output::SummaryRow& row : content.summary.rows) {
    if (row.chosen[0] == row.trials) continue;
    const PointRecord& point = content.summary.points[row.point];
    std::vector<Cell> cells{count_cell(row.point), text_cell(point.scheme),
                            count_cell(point.workers), count_cell(point.data_points),
                            text_cell(output::stragglers_of(point))};
    for (std::size_t kind = 1; kind < names.size(); ++kind)
      cells.push_back(share_cell(row.chosen[kind] / static_cast<double>(row.trials)));
    cells.push_back(text_cell(content.distinctions.of(point)));
    table.add(std::move(cells));
  }
  return table;
}

/// Schemes that pass answers on and reconstruct the others.
PrintedTable degraded_table(const std::vector<output::DegradedRecord>& records,
                            double unavailability, const output::Distinctions& distinctions) {
  const bool lost_varies = std::any_of(
      records.begin(), records.end(),
      [&](const output::DegradedRecord& record) { return record.lost != records.front().lost; });
  PrintedTable table({{"scheme", "scheme"},
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

PrintedTable rates_table(const std::vector<output::RateRecord>& records,
                         const output::Distinctions& distinctions) {
  PrintedTable table({{"scheme", "scheme"},
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

}  // namespace

std::vector<sweep::SummaryPart> report_on(const hdf5::File& file,
                                          const sweep::SummaryRequest& request) {
  const Content content(file, request.keep);
  const auto degraded = output::degraded(content.summary);
  const bool gaps = std::any_of(degraded.begin(), degraded.end(),
                                [](const auto& record) { return record.unavailable > 0; });
  return {
      {"points", "", points_table(content)},
      {"reconstructed", "reconstructed queries, over all positions",
       degraded_table(degraded, request.unavailability, content.distinctions),
       gaps ? "Ao leaves queries without an estimate out" : ""},
      {"chosen", "decoders that were chosen, share of the trials", chosen_table(content)},
      {"slopes", "slopes of log mse", rates_table(content.summary.rates, content.distinctions)}};
}

}  // namespace laggard::approximation
