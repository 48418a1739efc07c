// Means with confidence intervals and fitted rates.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/types.hpp"

namespace laggard::metrics {

/// Over the trials of a point. One NaN makes mean and interval NaN: a broken trial is not averaged
/// away. NaN counts as +infinity in the median.
struct Summary {
  std::uint32_t count = 0;
  double mean = kNaN;
  double median = kNaN;
  double ci_low = kNaN;   ///< 95 % Student-t interval of the mean; NaN for fewer than 2 values
  double ci_high = kNaN;
};

Summary summarise(std::span<const double> values);

/// Two-sided 95 % quantile of Student's t with `degrees` >= 1 degrees of freedom; relative error
/// below 1e-3 (exact for 1 and 2, Hill's expansion beyond, CACM algorithm 396).
double student_t95(double degrees);

/// Least-squares line through (log x, log y).
struct Rate {
  std::uint32_t points = 0;      ///< pairs with positive, finite x and y
  double slope = kNaN;           ///< NaN for fewer than 2
  double standard_error = kNaN;  ///< of the slope; NaN for fewer than 3
};

Rate fit_rate(std::span<const double> x, std::span<const double> y);

}  // namespace laggard::metrics
