#include "output/trial_means.hpp"

#include <cmath>
#include <set>

#include "hdf5/table.hpp"

namespace laggard::output {
namespace {

/// The columns of /trials that are needed here.
struct Waiting {
  std::uint32_t point = 0, received = 0;
  Seconds completion_s = kNaN;

  static std::vector<Column> columns() {
    using R = Waiting;
    return {column<R>("point", &R::point, ""), column<R>("received", &R::received, ""),
            column<R>("completion_seconds", &R::completion_s, "")};
  }
};

/// The columns of /workers that are needed here: the table may be long.
struct Answer {
  std::uint32_t point = 0;
  WorkerStatus status = WorkerStatus::kUsed;

  static std::vector<Column> columns() {
    Column status = column<Answer>("status", &Answer::status, "");
    status.names = table_of<WorkerRecord>().at("status").names;
    return {column<Answer>("point", &Answer::point, ""), status};
  }
};

std::set<std::uint32_t> points_with_failures(const hdf5::File& file) {
  std::set<std::uint32_t> points;
  if (!file.exists("/failures")) return points;
  for (const FailureRecord& row : hdf5::read_rows<FailureRecord>(file, "/failures"))
    points.insert(row.point);
  return points;
}

bool nobody_is_lost(const PointRecord& point) {
  return point.stragglers == 0 && (std::isnan(point.mean_stragglers) || point.mean_stragglers == 0);
}

}  // namespace

std::map<std::uint32_t, TrialMeans> trial_means(const hdf5::File& file,
                                                const std::vector<PointRecord>& points) {
  std::map<std::uint32_t, TrialMeans> means;
  std::map<std::uint32_t, double> trials;
  for (const Waiting& row : hdf5::read_rows<Waiting>(file, "/trials")) {
    if (row.point >= points.size()) continue;
    TrialMeans& sums = means.try_emplace(row.point, TrialMeans{0.0, kNaN, 0.0}).first->second;
    sums.received += row.received;
    sums.completion_s += row.completion_s;
    ++trials[row.point];
  }
  for (auto& [point, sums] : means) {
    sums.received /= trials[point];
    sums.completion_s /= trials[point];
  }
  if (file.exists("/workers")) {
    for (auto& [point, of_point] : means) of_point.late = 0.0;
    for (const Answer& row : hdf5::read_rows<Answer>(file, "/workers"))
      if (row.status == WorkerStatus::kLate)
        if (const auto found = means.find(row.point); found != means.end()) ++found->second.late;
    for (auto& [point, of_point] : means) of_point.late /= trials[point];
    return means;
  }
  // Version 1 does not say which workers had work.
  if (file.integer_attribute("format_version").value_or(1) < 2) return means;
  const std::set<std::uint32_t> failed = points_with_failures(file);
  for (auto& [point, of_point] : means)
    if (nobody_is_lost(points[point]) && !failed.contains(point))
      of_point.late = points[point].active - of_point.received;
  return means;
}

}  // namespace laggard::output
