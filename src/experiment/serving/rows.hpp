// The rows of a serving experiment. Each struct states its columns once, in rows.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "core/columns.hpp"
#include "core/types.hpp"

namespace laggard::serving {

/// One trial of one policy. No latency is given where the queues grew without bound: it would be a
/// matter of when the arrivals ended.
struct LatencyRecord {
  static constexpr std::string_view kTable = "/latency";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trial = 0;
  Seconds median = kNaN, mean = kNaN, p99 = kNaN, p995 = kNaN, p999 = kNaN;
  double approximated = kNaN;
  double accuracy = kNaN;
  double utilisation = kNaN;
  std::uint8_t unstable = 0;
};

/// The column of /latency with that name, if it is a time. Errors: ConfigError.
const Column& latency_column(std::string_view name);

/// What a row has in a column of numbers.
double value_of(const LatencyRecord& row, const Column& column);

/// One query behind the warm-up.
struct QueryRecord {
  static constexpr std::string_view kTable = "/queries";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trial = 0;
  std::uint32_t query = 0;
  Seconds arrival_s = kNaN;
  Seconds latency_s = kNaN;
  std::uint8_t reconstructed = 0;
};

/// Means over the trials of one point, with 95 % intervals. Trials whose queues grew without bound
/// make those of the latencies NaN.
struct ServingSummary {
  static constexpr std::string_view kTable = "/summary";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trials = 0;
  std::uint32_t unstable_trials = 0;
  Seconds median_mean = kNaN, median_ci_low = kNaN, median_ci_high = kNaN;
  Seconds mean_mean = kNaN, mean_ci_low = kNaN, mean_ci_high = kNaN;
  Seconds p99_mean = kNaN, p99_ci_low = kNaN, p99_ci_high = kNaN;
  Seconds p995_mean = kNaN, p995_ci_low = kNaN, p995_ci_high = kNaN;
  Seconds p999_mean = kNaN, p999_ci_low = kNaN, p999_ci_high = kNaN;
  double approximated_mean = kNaN, approximated_ci_low = kNaN, approximated_ci_high = kNaN;
  double accuracy_mean = kNaN, accuracy_ci_low = kNaN, accuracy_ci_high = kNaN;
  double utilisation_mean = kNaN, utilisation_ci_low = kNaN, utilisation_ci_high = kNaN;
};

/// A row for each of `points` points that has trials.
std::vector<ServingSummary> summary_of(const std::vector<LatencyRecord>& rows, std::size_t points);

}  // namespace laggard::serving
