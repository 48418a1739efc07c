// Measured latencies beside those of the simulation, and parameters that bring the two together.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "config/experiment.hpp"
#include "config/json.hpp"
#include "experiment/serving/rows.hpp"

namespace laggard::serving {

/// A CSV file with a header. The column `policy` has the labels of policies, columns with JSON
/// pointers have what is set for a row, and each other column is one of /latency in milliseconds,
/// such as `p999_ms`. Empty cells were not measured, or set nothing.
struct LatencyTable {
  struct Setting {
    std::string pointer;
    config::Json value;
  };
  struct Row {
    std::string policy;
    std::vector<Setting> settings;
    std::vector<Seconds> measured;  ///< by column; NaN: it was not
  };
  std::vector<const Column*> columns;  ///< of /latency
  std::vector<Row> rows;
};

/// Errors: DataError, with the line.
LatencyTable read_latency_table(const std::string& path);

class Calibration {
 public:
  /// Each row must fit the configuration, which must not have a sweep. Errors: ConfigError.
  Calibration(config::Json document, config::Vocabulary vocabulary, LatencyTable table);

  const LatencyTable& table() const { return table_; }
  const config::Json& document() const { return document_; }

  /// Means over the trials, by column of the table; NaN where the queues grew without bound. The
  /// same seeds in every call. Errors: Interrupted.
  std::vector<Seconds> predict(const LatencyTable::Row& row) const;

  struct Fit {
    double error = 0.0;  ///< root of the mean squared error of the logarithms
    std::uint32_t evaluations = 0;
  };
  /// Moves the numbers at these pointers, which are above 0, so that the mean squared error of the
  /// logarithms is least over the rows of the policy. `step` is called after each trial value.
  /// Errors: ConfigError for pointers without a number above 0 that may be a fraction, for a policy
  /// without rows, and if its queues grow without bound with all numbers that are tried.
  Fit fit(const std::vector<std::string>& pointers, const std::string& policy,
          std::uint32_t evaluations, const std::function<void(double)>& step);

 private:
  double error_of(const std::string& policy) const;

  config::Json document_;
  config::Vocabulary vocabulary_;
  LatencyTable table_;
};

}  // namespace laggard::serving
