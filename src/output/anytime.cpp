#include "output/anytime.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/records.hpp"
#include "hdf5/table.hpp"
#include "output/point_rows.hpp"
#include "output/points.hpp"

namespace laggard::output {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Rows of one trial of one point, in the order of the arrivals.
using Curve = std::vector<AnytimeRecord>;

/// 1 is the error of saying zero, which needs no answer.
double capped(double relative_error) {
  return relative_error < 1.0 ? relative_error : 1.0;
}

double area_under(const Curve& curve, Seconds end_s) {
  double area = 0.0;
  if (!(end_s > 0.0)) {
    for (const AnytimeRecord& row : curve) area += capped(row.relative_error);
    return area / static_cast<double>(curve.size());
  }
  Seconds since_s = 0.0;
  double error = 1.0;
  for (const AnytimeRecord& row : curve) {
    area += error * (row.arrival_s - since_s);
    since_s = row.arrival_s;
    error = capped(row.relative_error);
  }
  return (area + error * (end_s - since_s)) / end_s;
}

/// NaN if it is not finite.
double median(std::vector<double> values) {
  const std::size_t half = values.size() / 2;
  std::sort(values.begin(), values.end());
  const double upper = values[half];
  if (!std::isfinite(upper)) return kNaN;
  return values.size() % 2 == 1 ? upper : 0.5 * (values[half - 1] + upper);
}

AnytimeMeans means_of(const std::vector<const Curve*>& curves, const std::vector<Seconds>& ends,
                      double target) {
  std::vector<double> times, answers;
  double area = 0.0, reached = 0.0;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const Curve& curve = *curves[i];
    area += curve.empty() ? 1.0 : area_under(curve, ends[i]);
    const auto first = std::find_if(curve.begin(), curve.end(), [&](const AnytimeRecord& row) {
      return row.relative_error <= target;
    });
    if (first != curve.end()) ++reached;
    times.push_back(first == curve.end() ? kInfinity : first->arrival_s);
    answers.push_back(first == curve.end() ? kInfinity : first->received);
  }
  const auto count = static_cast<double>(curves.size());
  return {area / count, reached / count, median(times), median(answers)};
}

}  // namespace

std::map<std::uint32_t, AnytimeMeans> anytime_means(const hdf5::File& file, double target) {
  const std::string table(AnytimeRecord::kTable);
  std::map<std::uint32_t, AnytimeMeans> means;
  if (!file.exists(table)) return means;
  const std::vector<PointRecord> points = read_points(file);
  std::map<std::pair<std::uint32_t, std::uint32_t>, Curve> curves;  // by point and trial
  for (const AnytimeRecord& row : hdf5::read_rows<AnytimeRecord>(file, table))
    if (row.point < points.size()) curves[{row.point, row.trial}].push_back(row);
  // A trial in which nobody answered has no rows.
  if (file.exists(std::string(TrialRecord::kTable)))
    for (const TrialRecord& row : read_point_rows<TrialRecord>(file, points.size()))
      curves[{row.point, row.trial}];
  // Schemes of a combination have the same arrivals, but some use fewer workers.
  std::map<std::pair<std::uint32_t, std::uint32_t>, Seconds> ends;  // by combination and trial
  for (auto& [key, curve] : curves) {
    std::sort(curve.begin(), curve.end(), [](const AnytimeRecord& a, const AnytimeRecord& b) {
      return a.received < b.received;
    });
    Seconds& end_s = ends[{points[key.first].combination, key.second}];
    if (!curve.empty()) end_s = std::max(end_s, curve.back().arrival_s);
  }
  std::map<std::uint32_t, std::vector<const Curve*>> of_point;
  std::map<std::uint32_t, std::vector<Seconds>> end_of_point;
  for (const auto& [key, curve] : curves) {
    of_point[key.first].push_back(&curve);
    end_of_point[key.first].push_back(ends[{points[key.first].combination, key.second}]);
  }
  for (const auto& [point, of_trials] : of_point)
    means[point] = means_of(of_trials, end_of_point[point], target);
  return means;
}

}  // namespace laggard::output
