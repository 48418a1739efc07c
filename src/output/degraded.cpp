#include "output/degraded.hpp"

#include <map>
#include <set>
#include <tuple>

#include "config/json.hpp"

namespace laggard::output {
namespace {

constexpr const char* kStragglersPointer = "/stragglers";
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

/// The positions that the sweep set for this point; 0 if it did not.
std::uint32_t lost_positions(const std::string& parameters) {
  const config::Json swept = config::parse_or_discard(parameters);
  if (!swept.is_object()) return 0;
  for (const auto& set : {swept.value(kPositionPointer, config::Json()),
                          swept.value(kStragglersPointer, config::Json::object())}) {
    const config::Json positions = set.is_object() ? set.value("workers", config::Json()) : set;
    if (positions.is_array()) return static_cast<std::uint32_t>(positions.size());
  }
  return 0;
}

/// Points of these have a place in the averages even where nothing was lost that they reconstruct.
std::set<std::string> reconstructing_schemes(const ResultSummary& summary) {
  std::set<std::string> schemes;
  for (const SummaryRow& row : summary.rows)
    if (row.reconstructed > 0) schemes.insert(summary.points[row.point].scheme);
  return schemes;
}

DegradedRecord empty_record(const PointRecord& point) {
  DegradedRecord record{point.scheme, point.workers, point.data_points,
                        without(point.parameters, kPositionPointer),
                        lost_positions(point.parameters)};
  record.base_accuracy = record.degraded_accuracy = record.reconstruction_accuracy = 0.0;
  record.random_accuracy = point.outputs > 1 ? 1.0 / point.outputs : kNaN;
  return record;
}

}  // namespace

std::vector<DegradedRecord> degraded(const ResultSummary& summary) {
  const std::set<std::string> schemes = reconstructing_schemes(summary);
  using Key = std::tuple<std::string, std::uint32_t, std::uint32_t, std::string, std::uint32_t>;
  std::map<Key, std::size_t> places;
  std::vector<Sums> all;
  for (const SummaryRow& row : summary.rows) {
    const PointRecord& point = summary.points[row.point];
    if (!schemes.contains(point.scheme)) continue;
    const DegradedRecord record = empty_record(point);
    const auto [place, is_new] = places.try_emplace(
        {record.scheme, record.workers, record.data_points, record.parameters, record.lost},
        all.size());
    if (is_new) all.push_back({record});
    add(all[place->second], row);
  }
  std::vector<DegradedRecord> records;
  for (auto& [record, trials] : all) {
    if (record.reconstructed == 0 && record.unavailable == 0) continue;
    record.base_accuracy /= trials;
    const auto count = static_cast<double>(record.reconstructed);
    record.degraded_accuracy = count > 0 ? record.degraded_accuracy / count : kNaN;
    record.reconstruction_accuracy = count > 0 ? record.reconstruction_accuracy / count : kNaN;
    records.push_back(record);
  }
  return records;
}

}  // namespace laggard::output
