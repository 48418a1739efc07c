#include "output/summary.hpp"

#include <cmath>
#include <map>
#include <tuple>

#include "config/json.hpp"
#include "core/error.hpp"
#include "metrics/statistics.hpp"

namespace laggard::output {
namespace {

constexpr const char* kWorkersPointer = "/workers";
constexpr const char* kStragglersPointer = "/stragglers/count";

/// What the sweep set besides N and S.
std::string other_parameters(const std::string& parameters) {
  config::Json json = config::Json::parse(parameters, nullptr, false);
  if (!json.is_object()) return parameters;
  json.erase(kWorkersPointer);
  json.erase(kStragglersPointer);
  return json.dump();
}

SummaryRow summarise_point(std::uint32_t point, const std::vector<TrialRow>& trials) {
  std::vector<double> mse, accuracy;
  SummaryRow row;
  row.point = point;
  row.trials = static_cast<std::uint32_t>(trials.size());
  for (const TrialRow& trial : trials) {
    mse.push_back(trial.mse);
    accuracy.push_back(trial.accuracy);
    if (!std::isfinite(trial.mse)) ++row.nonfinite_trials;
  }
  const metrics::Summary errors = metrics::summarise(mse);
  row.mse_mean = errors.mean;
  row.mse_median = errors.median;
  row.mse_ci_low = errors.ci_low;
  row.mse_ci_high = errors.ci_high;
  if (!std::isnan(accuracy.front())) {
    const metrics::Summary hits = metrics::summarise(accuracy);
    row.accuracy_mean = hits.mean;
    row.accuracy_median = hits.median;
    row.accuracy_ci_low = hits.ci_low;
    row.accuracy_ci_high = hits.ci_high;
  }
  return row;
}

struct Curve {
  std::vector<double> x, y;
};

/// Every family of points that differ in one of N and S only.
std::vector<RateRecord> fit_rates(const std::vector<PointRecord>& points,
                                  const std::vector<SummaryRow>& rows) {
  std::map<std::tuple<std::string, std::string, std::string, std::uint32_t>, Curve> curves;
  std::map<std::uint32_t, const PointRecord*> by_number;
  for (const PointRecord& point : points) by_number[point.point] = &point;
  for (const SummaryRow& row : rows) {
    const auto found = by_number.find(row.point);
    if (found == by_number.end()) continue;
    const PointRecord& point = *found->second;
    const std::string others = other_parameters(point.parameters);
    Curve& in_n = curves[{point.scheme, "workers", others, point.stragglers}];
    in_n.x.push_back(point.workers);
    in_n.y.push_back(row.mse_mean);
    Curve& in_s = curves[{point.scheme, "stragglers", others, point.workers}];
    in_s.x.push_back(point.stragglers);
    in_s.y.push_back(row.mse_mean);
  }
  std::vector<RateRecord> rates;
  for (const auto& [key, curve] : curves) {
    const metrics::Rate rate = metrics::fit_rate(curve.x, curve.y);
    if (std::isnan(rate.slope)) continue;
    rates.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key),
                     rate.points, rate.slope, rate.standard_error});
  }
  return rates;
}

}  // namespace

std::string result_config(const hdf5::File& file) {
  const auto format = file.text_attribute("format");
  const auto config = file.text_attribute("config");
  if (!format || *format != "laggard" || !config)
    throw DataError("cannot read '" + file.path() + "'", "it is not a result file of laggard",
                    "name a file that `laggard run` wrote");
  if (file.integer_attribute("format_version") != std::uint64_t{1})
    throw DataError("cannot read '" + file.path() + "'", "its format version is not 1",
                    "use the version of laggard that wrote it");
  return *config;
}

ResultSummary summarise_results(const hdf5::File& file) {
  result_config(file);
  ResultSummary summary;
  summary.points = read_points(file);
  std::map<std::uint32_t, std::vector<TrialRow>> trials;
  for (const TrialRow& row : hdf5::read_rows<TrialRow>(file, "/trials"))
    if (row.point < summary.points.size()) trials[row.point].push_back(row);
  for (const auto& [point, of_point] : trials)
    summary.rows.push_back(summarise_point(point, of_point));
  summary.rates = fit_rates(summary.points, summary.rows);
  return summary;
}

void write_summary(hdf5::File& file) {
  const ResultSummary summary = summarise_results(file);
  file.remove("/summary");
  file.remove("/rates");
  hdf5::Table<SummaryRow> rows(file, "/summary");
  for (const SummaryRow& row : summary.rows) rows.append(row);
  rows.write();
  hdf5::Table<RateRow> rates(file, "/rates");
  for (const RateRecord& rate : summary.rates)
    rates.append({rate.scheme.c_str(), rate.variable.c_str(), rate.parameters.c_str(), rate.fixed,
                  rate.points, rate.slope, rate.standard_error});
  rates.write();
}

}  // namespace laggard::output
