// How records look in the file: column names, types and units of the contract.
#pragma once

#include <vector>

#include "core/records.hpp"
#include "hdf5/table.hpp"

namespace laggard::output {

/// A record whose C++ struct is what HDF5 reads and writes.
struct TrialRow : TrialRecord {
  static std::vector<hdf5::Column> columns();
};

struct TimingRow : TimingRecord {
  static std::vector<hdf5::Column> columns();
};

struct WorkerRow : WorkerRecord {
  static std::vector<hdf5::Column> columns();
};

struct FailureRow : FailureRecord {
  static std::vector<hdf5::Column> columns();
};

struct SummaryRow {
  std::uint32_t point = 0;
  std::uint32_t trials = 0;
  std::uint32_t nonfinite_trials = 0;  ///< trials whose mse is not a finite number
  double mse_mean = kNaN, mse_median = kNaN, mse_ci_low = kNaN, mse_ci_high = kNaN;
  double accuracy_mean = kNaN, accuracy_median = kNaN, accuracy_ci_low = kNaN,
         accuracy_ci_high = kNaN;
  /// RelAcc of LeTCC: mean accuracy of what was decoded over that of the model itself.
  double relative_accuracy = kNaN;
  double base_accuracy = kNaN;      ///< mean, of the model itself (ParM's A_a)
  std::int64_t reconstructed = 0;   ///< data points over all trials
  std::int64_t unavailable = 0;     ///< data points without an estimate, over all trials
  double degraded_accuracy = kNaN;  ///< over all reconstructed data points (A_d)
  double reconstruction_accuracy = kNaN;

  static std::vector<hdf5::Column> columns();
};

/// A fitted slope; text members point to strings that outlive the row.
struct RateRow {
  const char* scheme = "";
  const char* variable = "";    ///< "workers" or "stragglers": what x is
  const char* parameters = "";  ///< JSON of what else the sweep set
  std::uint32_t fixed = 0;      ///< the value of the other one
  std::uint32_t points = 0;
  double slope = kNaN;
  double standard_error = kNaN;

  static std::vector<hdf5::Column> columns();
};

struct PointRow {
  std::uint32_t point = 0;
  std::uint32_t workers = 0;
  std::uint32_t data_points = 0;
  std::uint32_t stragglers = 0;
  double noise_sigma = 0.0;
  const char* scheme = "";
  const char* parameters = "";
  const char* skipped = "";
  double mean_stragglers = kNaN;
  std::uint32_t outputs = 0;

  static std::vector<hdf5::Column> columns();
};

void write_points(hdf5::File& file, const std::vector<PointRecord>& points);
std::vector<PointRecord> read_points(const hdf5::File& file);

}  // namespace laggard::output
