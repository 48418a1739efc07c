// The chi-squared distribution.
#pragma once

namespace laggard::math {

/// P(X <= x) for `freedom` > 0 degrees: the regularised lower incomplete gamma function
/// P(freedom / 2, x / 2), by its series below the mean and its continued fraction above. To 1e-12.
double chi_square_cdf(double x, double freedom);

/// The x with chi_square_cdf(x, freedom) = probability, 0 <= probability < 1, by bisection.
double chi_square_quantile(double probability, double freedom);

}  // namespace laggard::math
