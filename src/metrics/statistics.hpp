// Means with confidence intervals and fitted rates.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/types.hpp"

namespace laggard::metrics {

/// Over the trials of a point. One value that is not finite makes all of it NaN: a broken trial is
/// neither averaged away nor left out.
struct Summary {
  std::uint32_t count = 0;
  double mean = kNaN;
  double median = kNaN;
  double ci_low = kNaN;  ///< 95 % interval of the mean; NaN for fewer than 2 values
  double ci_high = kNaN;
};

/// The interval is a percentile bootstrap: the mean over 2000 resamples, percentiles expanded for
/// small samples (Hesterberg, The American Statistician 69, 2015). The plots draw the same interval
/// (plotting/lib/stats.py): whoever changes one of them changes the other. It stays within the
/// values, so that it never reaches below 0 for errors, and needs no distribution; with few, very
/// skewed values it covers less than 95 %. More than 256 values are resampled in 256 batches of
/// neighbours, because trials are independent. The resamples depend on the number of values
/// only: points with as many trials are compared on the same draws, and the same file has the same
/// interval everywhere. Cost: 2000 min(n, 256) random numbers.
Summary summarise(std::span<const double> values);

/// Two-sided 95 % quantile of Student's t with `degrees` >= 1 degrees of freedom; relative error
/// below 1e-3 (exact for 1 and 2, Hill's expansion beyond, CACM algorithm 396).
double student_t95(double degrees);

/// Least-squares line through (log x, log y).
struct Rate {
  std::uint32_t points = 0;      ///< pairs with positive, finite x and y
  double slope = kNaN;           ///< NaN for fewer than 2 different x
  double standard_error = kNaN;  ///< of the slope; NaN for fewer than 3
};

Rate fit_rate(std::span<const double> x, std::span<const double> y);

}  // namespace laggard::metrics
