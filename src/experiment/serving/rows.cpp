#include "experiment/serving/rows.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "core/error.hpp"
#include "core/text.hpp"
#include "metrics/statistics.hpp"

namespace laggard::serving {
namespace {

constexpr std::string_view kSeconds = "s";
constexpr std::string_view kPointMeaning = "number of the point, see /points";
constexpr std::string_view kTrialMeaning = "number of the trial, from 0";

/// A column of /latency and what /summary makes of it.
struct Metric {
  double LatencyRecord::*value;
  double ServingSummary::*mean, ServingSummary::*low, ServingSummary::*high;
  std::array<std::string_view, 4> names;
  std::string_view meaning, units;
};

const std::array<Metric, 8>& all_metrics() {
  using L = LatencyRecord;
  using S = ServingSummary;
  static const std::array<Metric, 8> table{{
      {&L::median,
       &S::median_mean,
       &S::median_ci_low,
       &S::median_ci_high,
       {"median", "median_mean", "median_ci_low", "median_ci_high"},
       "half of the queries were answered within this time",
       kSeconds},
      {&L::mean,
       &S::mean_mean,
       &S::mean_ci_low,
       &S::mean_ci_high,
       {"mean", "mean_mean", "mean_ci_low", "mean_ci_high"},
       "mean time from a query to its answer",
       kSeconds},
      {&L::p99,
       &S::p99_mean,
       &S::p99_ci_low,
       &S::p99_ci_high,
       {"p99", "p99_mean", "p99_ci_low", "p99_ci_high"},
       "99 % of the queries were answered within this time",
       kSeconds},
      {&L::p995,
       &S::p995_mean,
       &S::p995_ci_low,
       &S::p995_ci_high,
       {"p995", "p995_mean", "p995_ci_low", "p995_ci_high"},
       "99.5 % of the queries were answered within this time",
       kSeconds},
      {&L::p999,
       &S::p999_mean,
       &S::p999_ci_low,
       &S::p999_ci_high,
       {"p999", "p999_mean", "p999_ci_low", "p999_ci_high"},
       "99.9 % of the queries were answered within this time",
       kSeconds},
      {&L::approximated,
       &S::approximated_mean,
       &S::approximated_ci_low,
       &S::approximated_ci_high,
       {"approximated", "approximated_mean", "approximated_ci_low", "approximated_ci_high"},
       "share of queries whose answer was reconstructed or came from a cheaper model",
       ""},
      {&L::accuracy,
       &S::accuracy_mean,
       &S::accuracy_ci_low,
       &S::accuracy_ci_high,
       {"accuracy", "accuracy_mean", "accuracy_ci_low", "accuracy_ci_high"},
       "share of right answers, from `approximated` and the configured accuracies",
       ""},
      {&L::utilisation,
       &S::utilisation_mean,
       &S::utilisation_ci_low,
       &S::utilisation_ci_high,
       {"utilisation", "utilisation_mean", "utilisation_ci_low", "utilisation_ci_high"},
       "share of the time in which an instance is busy, over all instances",
       ""},
  }};
  return table;
}

}  // namespace

std::vector<Column> LatencyRecord::columns() {
  using R = LatencyRecord;
  std::vector<Column> columns{column<R>("point", &R::point, kPointMeaning),
                              column<R>("trial", &R::trial, kTrialMeaning)};
  for (const Metric& metric : all_metrics())
    columns.push_back(column<R>(metric.names[0], metric.value, metric.meaning, metric.units));
  columns.push_back(column<R>("unstable", &R::unstable,
                              "1: the queues grew without bound, and no latency is given"));
  return columns;
}

const Column& latency_column(std::string_view name) {
  std::vector<std::string_view> known;
  for (const Column& column : table_of<LatencyRecord>().columns) {
    if (column.units != kSeconds) continue;
    if (column.name == name) return column;
    known.push_back(column.name);
  }
  throw ConfigError(fmt::format("there is no latency {}", excerpt(name)), "it is not in /latency",
                    suggestion(name, known));
}

double value_of(const LatencyRecord& row, const Column& column) {
  double value = 0.0;
  std::memcpy(&value, reinterpret_cast<const std::byte*>(&row) + column.offset, sizeof(value));
  return value;
}

std::vector<Column> QueryRecord::columns() {
  using R = QueryRecord;
  return {column<R>("point", &R::point, kPointMeaning),
          column<R>("trial", &R::trial, kTrialMeaning),
          column<R>("query", &R::query, "number of the query, from 0 with the warm-up"),
          column<R>("arrival_seconds", &R::arrival_s, "when it came", kSeconds),
          column<R>("latency_seconds", &R::latency_s, "from then to its answer", kSeconds),
          column<R>("reconstructed", &R::reconstructed,
                    "1: the answer was reconstructed or came from a cheaper model")};
}

std::vector<Column> ServingSummary::columns() {
  using R = ServingSummary;
  std::vector<Column> columns{
      column<R>("point", &R::point, kPointMeaning),
      column<R>("trials", &R::trials, "number of finished trials"),
      column<R>("unstable_trials", &R::unstable_trials, "those whose queues grew without bound")};
  for (const Metric& metric : all_metrics()) {
    columns.push_back(
        column<R>(metric.names[1], metric.mean, "mean over the trials", metric.units));
    columns.push_back(column<R>(metric.names[2], metric.low,
                                "lower end of the 95 % interval of the mean", metric.units));
    columns.push_back(column<R>(metric.names[3], metric.high,
                                "upper end of the 95 % interval of the mean", metric.units));
  }
  return columns;
}

std::vector<ServingSummary> summary_of(const std::vector<LatencyRecord>& rows, std::size_t points) {
  std::vector<std::vector<const LatencyRecord*>> by_point(points);
  for (const LatencyRecord& row : rows) by_point.at(row.point).push_back(&row);
  std::vector<ServingSummary> summaries;
  std::vector<double> values;
  for (std::size_t point = 0; point < points; ++point) {
    if (by_point[point].empty()) continue;
    ServingSummary summary;
    summary.point = static_cast<std::uint32_t>(point);
    summary.trials = static_cast<std::uint32_t>(by_point[point].size());
    for (const LatencyRecord* row : by_point[point]) summary.unstable_trials += row->unstable;
    for (const Metric& metric : all_metrics()) {
      values.clear();
      for (const LatencyRecord* row : by_point[point]) values.push_back(row->*metric.value);
      const laggard::metrics::Summary found = laggard::metrics::summarise(values);
      summary.*metric.mean = found.mean;
      summary.*metric.low = found.ci_low;
      summary.*metric.high = found.ci_high;
    }
    summaries.push_back(summary);
  }
  return summaries;
}

}  // namespace laggard::serving
