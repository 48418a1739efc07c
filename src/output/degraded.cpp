#include "output/degraded.hpp"

#include <algorithm>
#include <cmath>

namespace laggard::output {
namespace {

/// Of periodic stragglers: which workers of a group are lost.
constexpr const char* kPositionPointer = "/stragglers/workers";

/// A record in the making: the accuracies are still sums.
struct Sums {
  DegradedRecord record;
  double trials = 0;
};

void add(Sums& sums, const SummaryRow& row) {
  DegradedRecord& record = sums.record;
  const auto count = static_cast<double>(row.reconstructed);
  sums.trials += row.trials;
  record.base_accuracy += row.base_accuracy * row.trials;
  record.reconstructed += row.reconstructed;
  record.unavailable += row.unavailable;
  if (row.reconstructed == 0) return;
  record.degraded_accuracy += row.degraded_accuracy * count;
  record.reconstruction_accuracy += row.reconstruction_accuracy * count;
}

}  // namespace

std::vector<DegradedRecord> degraded(const ResultSummary& summary) {
  std::vector<Sums> all;
  for (const SummaryRow& row : summary.rows) {
    const PointRecord& point = summary.points[row.point];
    const std::string parameters = without(point.parameters, kPositionPointer);
    auto found = std::find_if(all.begin(), all.end(), [&](const Sums& sums) {
      const DegradedRecord& record = sums.record;
      return record.scheme == point.scheme && record.workers == point.workers &&
             record.data_points == point.data_points && record.parameters == parameters;
    });
    if (found == all.end()) {
      DegradedRecord record{point.scheme, point.workers, point.data_points, parameters};
      record.base_accuracy = record.degraded_accuracy = record.reconstruction_accuracy = 0.0;
      record.random_accuracy = point.outputs > 0 ? 1.0 / point.outputs : kNaN;
      found = all.insert(all.end(), {record});
    }
    add(*found, row);
  }
  std::vector<DegradedRecord> records;
  for (auto& [record, trials] : all) {
    if (record.reconstructed == 0) continue;
    record.base_accuracy /= trials;
    record.degraded_accuracy /= static_cast<double>(record.reconstructed);
    record.reconstruction_accuracy /= static_cast<double>(record.reconstructed);
    records.push_back(record);
  }
  return records;
}

}  // namespace laggard::output
