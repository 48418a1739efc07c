#include "output/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "config/json.hpp"
#include "core/error.hpp"
#include "metrics/statistics.hpp"
#include "output/anytime.hpp"
#include "output/followers.hpp"
#include "output/point_rows.hpp"
#include "output/provenance.hpp"

namespace laggard::output {
namespace {

constexpr const char* kWorkersPointer = "/workers";
constexpr const char* kCountPointer = "/stragglers/count";
constexpr const char* kProbabilityPointer = "/stragglers/probability";

SummaryRow summarise_point(std::uint32_t point, const std::vector<TrialRecord>& trials) {
  std::vector<double> mse, accuracy;
  double base_accuracy = 0, random_mse = 0;
  SummaryRow row;
  row.point = point;
  row.trials = static_cast<std::uint32_t>(trials.size());
  double degraded = 0, agreeing = 0;
  for (const TrialRecord& trial : trials) {
    mse.push_back(trial.mse);
    row.unavailable += trial.unavailable;
    if (trial.reconstructed > 0) {
      row.reconstructed += trial.reconstructed;
      degraded += trial.degraded_accuracy * trial.reconstructed;
      agreeing += trial.reconstruction_accuracy * trial.reconstructed;
    }
    accuracy.push_back(trial.accuracy);
    base_accuracy += trial.base_accuracy;
    random_mse += trial.random_mse;
    if (!std::isfinite(trial.mse)) ++row.nonfinite_trials;
    row.liars += trial.liars;
    row.flagged += trial.flagged;
    row.caught += trial.caught;
    if (const auto kind = static_cast<std::size_t>(trial.decoder); kind < row.chosen.size())
      ++row.chosen[kind];
  }
  const auto caught = static_cast<double>(row.caught);
  if (row.flagged > 0) row.precision = caught / static_cast<double>(row.flagged);
  if (row.liars > 0) row.recall = caught / static_cast<double>(row.liars);
  row.base_accuracy = base_accuracy / static_cast<double>(trials.size());
  if (row.reconstructed > 0) {
    row.degraded_accuracy = degraded / static_cast<double>(row.reconstructed);
    row.reconstruction_accuracy = agreeing / static_cast<double>(row.reconstructed);
  }
  row.random_mse_mean = random_mse / static_cast<double>(trials.size());
  const metrics::Summary errors = metrics::summarise(mse);
  row.mse_mean = errors.mean;
  row.mse_median = errors.median;
  row.mse_ci_low = errors.ci_low;
  row.mse_ci_high = errors.ci_high;
  if (row.random_mse_mean > 0) row.worst_ratio = row.mse_mean / row.random_mse_mean;
  if (!std::isnan(accuracy.front())) {
    const metrics::Summary hits = metrics::summarise(accuracy);
    row.accuracy_mean = hits.mean;
    row.accuracy_median = hits.median;
    row.accuracy_ci_low = hits.ci_low;
    row.accuracy_ci_high = hits.ci_high;
    if (base_accuracy > 0)
      row.relative_accuracy = hits.mean * static_cast<double>(trials.size()) / base_accuracy;
  }
  return row;
}

/// What the sweep set beside S: which kind of losses it is, and where they begin, stays.
std::string without_losses(const std::string& parameters) {
  return without(without(parameters, kCountPointer), kProbabilityPointer);
}

/// Points of one scheme that differ in N only, or in S only.
struct Family {
  std::vector<double> x, y;
  std::set<std::uint32_t> fixed;  ///< values of the other variable

  void add(double at, double mse, std::uint32_t other) {
    x.push_back(at);
    y.push_back(mse);
    fixed.insert(other);
  }
};

config::Json without_member(config::Json value, const std::string& pointer) {
  const config::Json::json_pointer target(pointer);
  const config::Json::json_pointer parent = target.parent_pointer();
  if (value.contains(parent) && value.at(parent).is_object()) value.at(parent).erase(target.back());
  return value;
}

/// Numbers by their size: N = 64 comes before N = 256.
bool comes_before(const RateRecord& a, const RateRecord& b) {
  const auto key = [](const RateRecord& rate) {
    return std::tie(rate.scheme, rate.variable, rate.fixed);
  };
  if (key(a) != key(b)) return key(a) < key(b);
  return config::parse_or_discard(a.parameters) < config::parse_or_discard(b.parameters);
}

std::vector<RateRecord> fit_rates(const std::vector<PointRecord>& points,
                                  const std::vector<SummaryRow>& rows) {
  // What moves with N, as the k of a code may, is no setting that holds along the line.
  const auto with_n = followers(points, {kWorkersPointer});
  const auto with_s = followers(points, {kCountPointer, kProbabilityPointer});
  std::map<std::tuple<std::string, std::string, std::string>, Family> families;
  for (const SummaryRow& row : rows) {
    const PointRecord& point = points[row.point];
    const std::string in_n = without_pointers(point.parameters, with_n);
    const std::string in_s = without_pointers(point.parameters, with_s);
    families[{point.scheme, "workers", without(in_n, kWorkersPointer)}].add(
        point.workers, row.mse_mean, point.stragglers);
    families[{point.scheme, "stragglers", without_losses(in_s)}].add(
        // Where losses are random, S is their mean; rounded, it would bend the line.
        std::isnan(point.mean_stragglers) ? point.stragglers : point.mean_stragglers, row.mse_mean,
        point.workers);
  }
  std::vector<RateRecord> rates;
  for (const auto& [key, family] : families) {
    const metrics::Rate rate = metrics::fit_rate(family.x, family.y);
    if (std::isnan(rate.slope)) continue;
    // What is left to say after naming the fixed variable.
    const auto& [scheme, variable, parameters] = key;
    const bool in_n = variable == "workers";
    rates.push_back({scheme, variable, without(parameters, in_n ? kCountPointer : kWorkersPointer),
                     family.fixed.size() == 1 ? *family.fixed.begin() : kVaries, rate.points,
                     rate.slope, rate.standard_error});
  }
  std::stable_sort(rates.begin(), rates.end(), comes_before);
  return rates;
}

}  // namespace

std::vector<Column> SummaryRow::columns() {
  using R = SummaryRow;
  return {column<R>("point", &R::point, "number of the point, see /points"),
          column<R>("trials", &R::trials, "finished trials"),
          column<R>("nonfinite_trials", &R::nonfinite_trials,
                    "trials whose mse is not finite; if any, the statistics of mse are NaN"),
          column<R>("mse_mean", &R::mse_mean, "mean over the trials"),
          column<R>("mse_median", &R::mse_median, "median over the trials"),
          column<R>("mse_ci_low", &R::mse_ci_low, "95 % interval of the mean"),
          column<R>("mse_ci_high", &R::mse_ci_high, "95 % interval of the mean"),
          column<R>("accuracy_mean", &R::accuracy_mean, "mean over the trials"),
          column<R>("accuracy_median", &R::accuracy_median, "median over the trials"),
          column<R>("accuracy_ci_low", &R::accuracy_ci_low, "95 % interval of the mean"),
          column<R>("accuracy_ci_high", &R::accuracy_ci_high, "95 % interval of the mean"),
          column<R>("relative_accuracy", &R::relative_accuracy, "accuracy_mean / base_accuracy"),
          column<R>("base_accuracy", &R::base_accuracy, "mean accuracy of the model itself"),
          column<R>("reconstructed", &R::reconstructed, "reconstructed points over all trials"),
          column<R>("unavailable", &R::unavailable, "points without an estimate, over all trials"),
          column<R>("degraded_accuracy", &R::degraded_accuracy, "over all reconstructed points"),
          column<R>("reconstruction_accuracy", &R::reconstruction_accuracy,
                    "over all reconstructed points"),
          column<R>("liars", &R::liars, "answers that adversaries changed, over all trials"),
          column<R>("flagged", &R::flagged, "answers that were rejected, over all trials"),
          column<R>("caught", &R::caught, "liars among the rejected, over all trials"),
          column<R>("precision", &R::precision, "caught / flagged"),
          column<R>("recall", &R::recall, "caught / liars"),
          column<R>("random_mse_mean", &R::random_mse_mean,
                    "mean of random_mse over the trials, for the stragglers 'worst'"),
          column<R>("worst_ratio", &R::worst_ratio, "mse_mean / random_mse_mean"),
          column<R>("anytime_area", &R::anytime_area,
                    "mean relative error, at most 1, from the beginning to the last arrival"),
          column<R>("target_reached", &R::target_reached,
                    "share of the trials whose relative error falls to the target"),
          column<R>("target_seconds", &R::target_s,
                    "median time until it does; NaN if it does in no more than half of them", "s"),
          column<R>("target_answers", &R::target_answers, "the same in answers")};
}

std::vector<Column> RateRecord::columns() {
  using R = RateRecord;
  return {column<R>("scheme", &R::scheme, "label of the scheme"),
          column<R>("variable", &R::variable, "\"workers\" or \"stragglers\": what x is"),
          column<R>("fixed", &R::fixed, "value of the other one; 4294967295: it varies with x"),
          column<R>("parameters", &R::parameters, "JSON of what else the sweep set"),
          column<R>("slope", &R::slope, "of log mean mse over log x, least squares"),
          column<R>("standard_error", &R::standard_error, "of the slope"),
          column<R>("points", &R::points, "number of points in the fit")};
}

std::string without(const std::string& parameters, const std::string& pointer) {
  const config::Json json = config::parse_or_discard(parameters);
  if (!json.is_object()) return parameters;
  config::Json rest = config::Json::object();
  for (const auto& [swept, value] : json.items())
    if (swept != pointer && !swept.starts_with(pointer + "/"))
      rest[swept] = pointer.starts_with(swept + "/")
                        ? without_member(value, pointer.substr(swept.size()))
                        : value;
  return rest.dump();
}

std::string result_config(const hdf5::File& file) {
  hdf5::check_format(file, kResultFormat);
  const auto config = file.text_attribute("config");
  if (!config)
    throw DataError("cannot read '" + file.path() + "'", "it lacks the attribute 'config'",
                    "name a file that `laggard run` wrote");
  return *config;
}

namespace {

/// The relative error whose time is asked for; NaN where the configuration does not say.
double target_of(const std::string& config) {
  const config::Json json = config::parse_or_discard(config);
  const config::Json::json_pointer pointer("/output/target_error");
  return json.contains(pointer) && json[pointer].is_number() ? json[pointer].get<double>() : kNaN;
}

}  // namespace

ResultSummary summarise_results(const hdf5::File& file, const PointTest& keep) {
  result_config(file);
  ResultSummary summary;
  summary.points = read_points(file);
  std::map<std::uint32_t, std::vector<TrialRecord>> trials;
  for (const TrialRecord& row : read_point_rows<TrialRecord>(file, summary.points.size()))
    trials[row.point].push_back(row);
  const auto anytime = anytime_means(file, target_of(result_config(file)));
  for (const auto& [point, of_point] : trials) {
    if (keep && !keep(summary.points[point])) continue;
    SummaryRow row = summarise_point(point, of_point);
    if (const auto found = anytime.find(point); found != anytime.end()) {
      row.anytime_area = found->second.area;
      row.target_reached = found->second.target_reached;
      row.target_s = found->second.target_s;
      row.target_answers = found->second.target_answers;
    }
    summary.rows.push_back(row);
  }
  summary.rates = fit_rates(summary.points, summary.rows);
  return summary;
}

ResultSummary write_summary(hdf5::File& file) {
  ResultSummary summary = summarise_results(file);
  hdf5::write_rows(file, summary.rows);
  hdf5::write_rows(file, summary.rates);
  return summary;
}

}  // namespace laggard::output
