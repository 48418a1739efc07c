// How fast the error falls while answers arrive, from the rows of /anytime.
#pragma once

#include <cstdint>
#include <map>

#include "hdf5/file.hpp"

namespace laggard::output {

/// Of one point. The error of a trial at a moment is the relative error of the estimates from the
/// answers that are there, or 1, that of saying zero, before the first one or where it is larger.
struct AnytimeMeans {
  /// Mean over the trials of the area under that error, from the beginning to the last arrival of
  /// any scheme in the trial, divided by that time. Where nothing takes time, the mean over the
  /// arrivals.
  double area = kNaN;
  double target_reached = kNaN;  ///< share of the trials in which it falls to the target
  /// Median over the trials of when it first does; NaN if it does in no more than half of them.
  Seconds target_s = kNaN;
  double target_answers = kNaN;  ///< and how many answers are there then
};

/// By the number of the point; empty if the file has no /anytime. `target` is a relative error.
/// Errors: DataError.
std::map<std::uint32_t, AnytimeMeans> anytime_means(const hdf5::File& file, double target);

}  // namespace laggard::output
