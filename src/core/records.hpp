// The rows of result and tuning files. Each struct states its columns once, in records.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/columns.hpp"
#include "core/decoder_kind.hpp"
#include "core/types.hpp"

namespace laggard {

/// One scheme at one combination of the sweep.
struct PointRecord {
  static constexpr std::string_view kTable = "/points";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::string scheme;  ///< label
  std::uint32_t workers = 0;
  std::uint32_t data_points = 0;
  std::uint32_t stragglers = 0;  ///< as configured (mean, where they are random)
  double noise_sigma = 0.0;
  std::string parameters;         ///< JSON of what the sweep set
  std::string skipped;            ///< reason, or empty
  double mean_stragglers = kNaN;  ///< not rounded; NaN where an older version wrote the file
  std::uint32_t outputs = 0;      ///< m; 0 where an older version wrote the file
  std::uint32_t combination = 0;  ///< of the sweep; its schemes share data, losses and delays
  std::uint32_t active = 0;       ///< workers that get something to do, at most `workers`
};

/// One trial of one point. NaN where something does not apply.
struct TrialRecord {
  static constexpr std::string_view kTable = "/trials";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trial = 0;
  std::uint32_t received = 0;     ///< |F|
  std::uint32_t unavailable = 0;  ///< data points without an estimate of their own
  std::uint32_t nonfinite = 0;    ///< NaN and Inf among the model's results that were used
  double mse = kNaN;
  double max_error = kNaN;
  double relative_error = kNaN;
  double accuracy = kNaN;
  double base_accuracy = kNaN;
  double agreement = kNaN;
  double lambda_encode = kNaN;
  double lambda_decode = kNaN;
  DecoderKind decoder = DecoderKind::kNone;  ///< that the answers chose
  double degree = kNaN;                      ///< of a decoder that has one
  double path_ratio = kNaN;                  ///< length of the data's path over its length as drawn
  // On the clock of the run. The virtual clock measures nothing, so that the row has the same bits
  // on any machine; what the steps really took is in TimingRecord.
  Seconds encode_s = kNaN;
  Seconds compute_s = kNaN;
  Seconds collect_s = kNaN;
  Seconds decode_s = kNaN;
  Seconds completion_s = kNaN;
  // Of schemes that pass answers on and reconstruct the others.
  std::uint32_t reconstructed = 0;        ///< data points
  double degraded_accuracy = kNaN;        ///< of the reconstructions, against labels
  double reconstruction_accuracy = kNaN;  ///< of the reconstructions, against the model's own class
  // Of adversaries and robust decoders.
  std::uint32_t liars = 0;    ///< among the workers that were received
  std::uint32_t flagged = 0;  ///< workers whose answers the decoder rejected
  std::uint32_t caught = 0;   ///< liars among them
  double worst_error = kNaN;  ///< largest max_error that as many liars can cause
  // What the decoder promises, see schemes/certificates.hpp; NaN unless asked for.
  double largest_gap = kNaN;
  double lebesgue = kNaN;
  double noise_gain = kNaN;
  double random_mse = kNaN;  ///< if as many random workers were lost, where the worst ones are
};

/// The error of one trial of one point when so many answers are there.
struct AnytimeRecord {
  static constexpr std::string_view kTable = "/anytime";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trial = 0;
  std::uint32_t received = 0;
  Seconds arrival_s = kNaN;  ///< of the last of them
  double mse = kNaN;
  double relative_error = kNaN;
  double accuracy = kNaN;
};

/// Measured wall time of the steps of one trial of one point.
struct TimingRecord {
  static constexpr std::string_view kTable = "/timings";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trial = 0;
  Seconds order_s = 0.0;  ///< finding the short path, shared by the schemes of a combination
  Seconds encode_s = 0.0;
  Seconds compute_s = 0.0;  ///< sum over the workers' forward calls
  Seconds collect_s = 0.0;  ///< first dispatch to last arrival
  Seconds decode_s = 0.0;
};

enum class WorkerStatus : std::uint8_t { kUsed = 0, kLate = 1, kLost = 2, kFailed = 3 };

struct WorkerRecord {
  static constexpr std::string_view kTable = "/workers";
  static std::vector<Column> columns();

  std::uint32_t point = 0;
  std::uint32_t trial = 0;
  std::uint32_t worker = 0;
  std::uint32_t rank = 0;
  Seconds delay_s = kNaN;
  Seconds compute_s = kNaN;
  Seconds arrival_s = kNaN;
  WorkerStatus status = WorkerStatus::kUsed;
  std::uint8_t lied = 0;      ///< 1: it was an adversary
  std::uint8_t rejected = 0;  ///< 1: the decoder took its answer for a lie
};

/// A worker rank died or hung.
struct FailureRecord {
  static constexpr std::string_view kTable = "/failures";
  static std::vector<Column> columns();

  std::uint32_t point = 0;  ///< during which it was noticed
  std::uint32_t trial = 0;
  std::uint32_t rank = 0;
  Seconds noticed_s = 0.0;  ///< since the run began
};

/// Mean error of one choice of parameters over the held-out trials, with a 95 % interval. NaN where
/// a parameter was not searched.
struct SurfacePoint {
  static std::vector<Column> columns();
  /// The names of the parameters in configurations.
  static const std::vector<std::string_view>& parameters();
  double& at(std::string_view parameter);

  std::uint32_t point = 0;
  double lambda_encode = kNaN;
  double lambda_decode = kNaN;
  double alpha_power = kNaN;
  double degree = kNaN;  ///< of the decoder
  double mse = kNaN;
  double mse_ci_low = kNaN;
  double mse_ci_high = kNaN;
};

/// What a search has tried, and the best of it.
struct Surface {
  std::vector<SurfacePoint> points;
  SurfacePoint best;
  std::uint64_t computed = 0;  ///< inputs that the model computed
  Seconds search_s = 0.0;      ///< in real time

  /// Makes it that of another point, which differs in its name only.
  void give_to(std::uint32_t point) {
    for (SurfacePoint& tried : points) tried.point = point;
    best.point = point;
  }
};

}  // namespace laggard
