// How far the values at knots can be trusted.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace laggard::math {

/// Variances v_i of the values at n knots, up to a common factor: such that the mean of the weights
/// 1 / v_i is 1. Without numbers, all are 1.
class Variances {
 public:
  Variances() = default;

  /// From standard deviations above 0. Equal ones are no numbers, so that they change no bit.
  static Variances of(std::vector<double> deviations) {
    Variances variances;
    const auto [least, most] = std::minmax_element(deviations.begin(), deviations.end());
    if (deviations.empty() || *least == *most) return variances;
    const double scale = *least;  // squares of small numbers would vanish
    double weights = 0.0;
    for (double& entry : deviations) {
      entry = (entry / scale) * (entry / scale);
      weights += 1.0 / entry;
    }
    for (double& entry : deviations) entry *= weights / static_cast<double>(deviations.size());
    variances.entries_ = std::move(deviations);
    return variances;
  }

  bool all_equal() const { return entries_.empty(); }
  double operator[](std::size_t i) const { return entries_.empty() ? 1.0 : entries_[i]; }
  double largest() const {
    return entries_.empty() ? 1.0 : *std::max_element(entries_.begin(), entries_.end());
  }

 private:
  std::vector<double> entries_;
};

}  // namespace laggard::math
