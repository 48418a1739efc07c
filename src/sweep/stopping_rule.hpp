// When a mean over trials is known well enough.
#pragma once

#include <cstdint>
#include <span>

#include "config/trials.hpp"

namespace laggard::sweep {

/// Looks at the first n trials for n = at_least, then a quarter more each time (rounded up), and
/// at_most at last: at 30, 38, 48, 60, 75, ... for the usual 30. So the number of trials follows
/// from their values alone, whoever computes them and in whatever order.
class StoppingRule {
 public:
  explicit StoppingRule(const config::Trials& trials);

  /// The first number of trials to look at; all of them where their number is fixed.
  std::uint32_t first() const;
  /// The number to look at after `trials`, which is less than at_most.
  std::uint32_t after(std::uint32_t trials) const;
  std::uint32_t most() const { return trials_.most; }

  /// Half the width of the interval that /summary has for these values, over the size of their
  /// mean. NaN if a value is not finite: then there is no mean, and more trials give none.
  static double relative_half_width(std::span<const double> values);
  /// Whether more trials would be of no use.
  bool is_settled(double relative_half_width) const {
    return !(relative_half_width > trials_.until->relative_half_width);
  }

 private:
  config::Trials trials_;
};

}  // namespace laggard::sweep
