#include "experiment/approximation/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
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

using Summary = output::SummaryRow;

/// What one row of the table of points tells about.
struct Told {
  const Summary& row;
  const PointRecord& point;
  const output::TrialMeans& means;
  config::Json parameters;  ///< what the sweep set; discarded if the file is damaged
};

/// A column, and what stands in it.
struct Entry {
  PrintedTable::Column column;
  std::function<Cell(const Told&)> cell;
};

template <class Number>
auto count(Number Summary::*member) {
  return [member](const Told& told) { return count_cell(told.row.*member); };
}
template <class Number>
auto count(Number PointRecord::*member) {
  return [member](const Told& told) { return count_cell(told.point.*member); };
}
auto share(double Summary::*member) {
  return [member](const Told& told) { return share_cell(told.row.*member); };
}
auto error(double Summary::*member) {
  return [member](const Told& told) { return error_cell(told.row.*member); };
}
auto number(double Summary::*member) {
  return [member](const Told& told) { return number_cell(told.row.*member); };
}
auto number(double output::TrialMeans::*member) {
  return [member](const Told& told) { return number_cell(told.means.*member); };
}

/// With random losses in the place of the worst ones, where those were found.
Cell random_mse(const Told& told) {
  const double mse = told.row.random_mse_mean;
  return std::isnan(mse) ? number_cell(mse) : error_cell(mse);
}

Cell stragglers(const Told& told) {
  const PointRecord& point = told.point;
  const bool whole = std::isnan(point.mean_stragglers) || point.mean_stragglers == point.stragglers;
  Cell cell = whole ? count_cell(point.stragglers) : number_cell(point.mean_stragglers);
  cell.shown = output::stragglers_of(point);
  return cell;
}

/// A pointer that the sweep sets, for programs.
Entry swept(const std::string& pointer) {
  return {{pointer, ""}, [pointer](const Told& told) {
            const config::Json& set = told.parameters;
            return Cell{"", set.is_object() ? set.value(pointer, config::Json()) : config::Json()};
          }};
}

/// Titles of columns in which no point has anything are left out.
std::vector<Entry> point_entries(const Content& content) {
  const auto any = [&](const auto& test) {
    return std::any_of(content.summary.rows.begin(), content.summary.rows.end(), test);
  };
  const auto if_any = [&](const char* title, const auto& test) { return any(test) ? title : ""; };
  const auto counted = [&](const char* title, std::int64_t Summary::*member) {
    return if_any(title, [&](const Summary& row) { return row.*member > 0; });
  };
  const auto known = [&](const char* title, double Summary::*member) {
    return if_any(title, [&](const Summary& row) { return !std::isnan(row.*member); });
  };
  // Where nobody waits for anything, all answers are in at once.
  const bool waits =
      any([&](const Summary& row) { return content.means.at(row.point).completion_s > 0; });
  const auto timed = [&](const char* title) { return waits ? title : ""; };
  using S = Summary;
  using Means = output::TrialMeans;
  using P = PointRecord;
  return {{{"point", ""}, count(&S::point)},
          {{"scheme", "scheme"}, [](const Told& told) { return text_cell(told.point.scheme); }},
          {{"workers", "N"}, count(&P::workers)},
          {{"data_points", "K"}, count(&P::data_points)},
          {{"stragglers", "S"}, stragglers},
          {{"trials", "trials"}, count(&S::trials)},
          {{"nonfinite_trials", ""}, count(&S::nonfinite_trials)},
          {{"received_mean", timed("received")}, number(&Means::received)},
          {{"late_mean", timed("late")}, number(&Means::late)},
          {{"completion_seconds_mean", timed("seconds")}, number(&Means::completion_s)},
          {{"mse_mean", "mse"}, error(&S::mse_mean)},
          {{"mse_ci_low", "95% low"}, error(&S::mse_ci_low)},
          {{"mse_ci_high", "95% high"}, error(&S::mse_ci_high)},
          {{"mse_median", "median"}, error(&S::mse_median)},
          {{"accuracy_mean", "accuracy"}, share(&S::accuracy_mean)},
          {{"accuracy_ci_low", ""}, share(&S::accuracy_ci_low)},
          {{"accuracy_ci_high", ""}, share(&S::accuracy_ci_high)},
          {{"relative_accuracy", "relative"}, share(&S::relative_accuracy)},
          {{"base_accuracy", ""}, share(&S::base_accuracy)},
          {{"reconstructed", ""}, count(&S::reconstructed)},
          {{"unavailable", ""}, count(&S::unavailable)},
          {{"degraded_accuracy", ""}, share(&S::degraded_accuracy)},
          {{"reconstruction_accuracy", ""}, share(&S::reconstruction_accuracy)},
          {{"liars", counted("liars", &S::liars)}, count(&S::liars)},
          {{"flagged", counted("flagged", &S::flagged)}, count(&S::flagged)},
          {{"caught", ""}, count(&S::caught)},
          {{"precision", counted("precision", &S::flagged)}, share(&S::precision)},
          {{"recall", counted("recall", &S::flagged)}, share(&S::recall)},
          {{"random_mse_mean", known("random mse", &S::random_mse_mean)}, random_mse},
          {{"worst_ratio", known("ratio", &S::random_mse_mean)}, number(&S::worst_ratio)},
          {{"anytime_area", known("area", &S::anytime_area)}, number(&S::anytime_area)},
          {{"target_reached", known("reached", &S::anytime_area)}, share(&S::target_reached)},
          {{"target_seconds", timed(known("after", &S::anytime_area))}, number(&S::target_s)},
          {{"target_answers", known("answers", &S::anytime_area)}, number(&S::target_answers)},
          {{"", "set by the sweep"}, [&content](const Told& told) {
             return text_cell(content.distinctions.of(told.point));
           }}};
}

PrintedTable points_table(const Content& content) {
  std::vector<Entry> entries = point_entries(content);
  for (const std::string& pointer : swept_pointers(content.summary))
    entries.push_back(swept(pointer));
  std::vector<PrintedTable::Column> columns;
  for (const Entry& entry : entries) columns.push_back(entry.column);
  PrintedTable table(std::move(columns));
  for (const Summary& row : content.summary.rows) {
    const PointRecord& point = content.summary.points[row.point];
    const Told told{row, point, content.means.at(row.point),
                    config::parse_or_discard(point.parameters)};
    std::vector<Cell> cells;
    for (const Entry& entry : entries) cells.push_back(entry.cell(told));
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
