// By which measure a smoothing parameter is chosen from the data.
#pragma once

#include <vector>

#include "math/variances.hpp"

namespace laggard::math {

/// Generalised cross-validation, or the errors at values that are left out one at a time.
enum class SplineCriterion { kGcv, kLeaveOneOut };

/// Turns squares of S y into those of y_i - g_{-i}(t_i) = (S y)_i / S_ii over v_i, where `diagonal`
/// holds the S_ii. The two ends do not count: leaving them out is extrapolation.
inline std::vector<double> leave_one_out_weights(std::vector<double> diagonal,
                                                 const Variances& variances) {
  for (std::size_t i = 0; i < diagonal.size(); ++i)
    diagonal[i] = 1.0 / (diagonal[i] * diagonal[i] * variances[i]);
  diagonal.front() = diagonal.back() = 0.0;
  return diagonal;
}

}  // namespace laggard::math
