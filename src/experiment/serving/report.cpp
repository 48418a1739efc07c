#include "experiment/serving/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/json.hpp"
#include "experiment/serving/rows.hpp"
#include "output/distinctions.hpp"
#include "output/point_rows.hpp"
#include "output/points.hpp"

namespace laggard::serving {
namespace {

using output::Cell;
using output::number_cell;

/// Shown in milliseconds, for programs in seconds.
Cell time_cell(Seconds time) {
  Cell cell = number_cell(time);
  if (std::isfinite(time)) cell.shown = fmt::format("{:.2f}", 1e3 * time);
  return cell;
}

/// "0.4": half the width of the interval, for people.
Cell interval_cell(Seconds low, Seconds high) {
  Cell cell{"-", nullptr};
  if (std::isfinite(high - low)) cell.shown = fmt::format("{:.2f}", 1e3 * (high - low) / 2.0);
  return cell;
}

}  // namespace

std::vector<sweep::SummaryPart> report_on(const hdf5::File& file,
                                          const sweep::SummaryRequest& request) {
  const std::vector<PointRecord> points = output::read_points(file);
  std::vector<ServingSummary> rows =
      summary_of(output::read_point_rows<LatencyRecord>(file, points.size()), points.size());
  std::erase_if(rows, [&](const ServingSummary& row) { return !request.keep(points[row.point]); });
  const bool accuracy = std::any_of(rows.begin(), rows.end(), [](const ServingSummary& row) {
    return !std::isnan(row.accuracy_mean);
  });
  const output::Distinctions distinctions(points);
  output::PrintedTable table({{"point", ""},
                              {"policy", "policy"},
                              {"instances", "instances"},
                              {"trials", "trials"},
                              {"unstable_trials", "unstable"},
                              {"median", "median ms"},
                              {"mean", "mean"},
                              {"p99", "p99"},
                              {"p995", "p99.5"},
                              {"p999", "p99.9"},
                              {"", "+-"},
                              {"p999_ci_low", ""},
                              {"p999_ci_high", ""},
                              {"approximated", "approximated"},
                              {"accuracy", accuracy ? "accuracy" : ""},
                              {"utilisation", "utilisation"},
                              {"parameters", "set by the sweep"}});
  for (const ServingSummary& row : rows) {
    const PointRecord& point = points[row.point];
    table.add({output::count_cell(row.point), output::text_cell(point.scheme),
               output::count_cell(point.active), output::count_cell(row.trials),
               output::count_cell(row.unstable_trials), time_cell(row.median_mean),
               time_cell(row.mean_mean), time_cell(row.p99_mean), time_cell(row.p995_mean),
               time_cell(row.p999_mean), interval_cell(row.p999_ci_low, row.p999_ci_high),
               number_cell(row.p999_ci_low), number_cell(row.p999_ci_high),
               output::share_cell(row.approximated_mean), output::share_cell(row.accuracy_mean),
               output::share_cell(row.utilisation_mean),
               output::json_cell(point.parameters, distinctions.of(point))});
  }
  return {{"points", "", std::move(table),
           "+- is half of the 95 % interval of the mean of p99.9 over the trials"}};
}

}  // namespace laggard::serving
