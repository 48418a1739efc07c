// Per-point statistics and fitted rates of a result file.
#pragma once

#include <string>
#include <vector>

#include "core/records.hpp"
#include "hdf5/file.hpp"
#include "output/rows.hpp"

namespace laggard::output {

/// `fixed` of a family along which the other variable changes too, as S does with N where each
/// worker is lost with a probability.
inline constexpr std::uint32_t kVaries = 0xFFFFFFFF;

/// A slope of log mean mse in log N or log S.
struct RateRecord {
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

/// What the sweep set, without the value at `pointer`, set by itself or within an object: JSON to
/// JSON.
std::string without(const std::string& parameters, const std::string& pointer);

/// The resolved configuration in the file. Errors: DataError if it is not a result of laggard.
std::string result_config(const hdf5::File& file);

/// Computed from /points and /trials, also of an unfinished file. Errors: DataError.
ResultSummary summarise_results(const hdf5::File& file);

/// Writes /summary and /rates, replacing what is there.
void write_summary(hdf5::File& file);

}  // namespace laggard::output
