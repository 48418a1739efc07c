// Minimisation without derivatives.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace laggard {

struct Minimum {
  std::vector<double> at;
  double value = 0.0;
  std::uint32_t evaluations = 0;
};

/// The simplex method of Nelder and Mead (Computer Journal 7, 1965), with the coefficients for n
/// dimensions of Gao and Han (Comput. Optim. Appl. 51, 2012). The first simplex is `start` and a
/// step along each axis. It ends when the values at the corners differ by less than `tolerance`
/// relative to the least one and the corners by less than its root, or after so many evaluations.
/// For few variables and values that are smooth but for small jumps; it finds a local minimum, and
/// nothing says how near. Whatever is no number is worse than anything.
Minimum nelder_mead(const std::function<double(std::span<const double>)>& function,
                    std::vector<double> start, double step, double tolerance,
                    std::uint32_t evaluations);

}  // namespace laggard
