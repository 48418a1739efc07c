// Per-point statistics and fitted rates of a result file.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "hdf5/file.hpp"
#include "output/points.hpp"

namespace laggard::output {

/// `fixed` of a family along which the other variable changes too, as S does with N where each
/// worker is lost with a probability.
inline constexpr std::uint32_t kVaries = 0xFFFFFFFF;

/// Statistics of one point over its trials.
struct SummaryRow {
  static constexpr std::string_view kTable = "/summary";
  static std::vector<Column> columns();

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
  std::int64_t liars = 0;    ///< over all trials
  std::int64_t flagged = 0;  ///< answers that the decoder rejected, over all trials
  std::int64_t caught = 0;   ///< liars among the rejected, over all trials
  double precision = kNaN;   ///< caught / flagged
  double recall = kNaN;      ///< caught / liars
  /// Trials whose answers chose each decoder, by its number; printed only.
  std::array<std::uint32_t, kDecoderKinds> chosen{};
  double random_mse_mean = kNaN;  ///< with random losses in the place of the worst ones
  double worst_ratio = kNaN;      ///< mse_mean over it
  // From /anytime, see output/anytime.hpp.
  double anytime_area = kNaN;
  double target_reached = kNaN;
  Seconds target_s = kNaN;
  double target_answers = kNaN;
};

/// A slope of log mean mse in log N or log S.
struct RateRecord {
  static constexpr std::string_view kTable = "/rates";
  static std::vector<Column> columns();

  std::string scheme;
  std::string variable;    ///< "workers" or "stragglers"
  std::string parameters;  ///< JSON of what else the sweep set
  std::uint32_t fixed = 0;
  std::uint32_t points = 0;
  double slope = kNaN;
  double standard_error = kNaN;
};

struct ResultSummary {
  std::vector<PointRecord> points;
  std::vector<SummaryRow> rows;  ///< one per point that has trials
  std::vector<RateRecord> rates;
};

using PointTest = std::function<bool(const PointRecord&)>;

/// What the sweep set, without the value at `pointer`, set by itself or within an object: JSON to
/// JSON.
std::string without(const std::string& parameters, const std::string& pointer);

/// The resolved configuration in the file. Errors: DataError if it is not a result of laggard.
std::string result_config(const hdf5::File& file);

/// Computed from /points and /trials, also of an unfinished file, for the points that pass `keep`.
/// Errors: DataError.
ResultSummary summarise_results(const hdf5::File& file, const PointTest& keep = nullptr);

/// Writes /summary and /rates, replacing what is there, and returns them.
ResultSummary write_summary(hdf5::File& file);

}  // namespace laggard::output
