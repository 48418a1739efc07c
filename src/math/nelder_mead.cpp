#include "math/nelder_mead.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace laggard {
namespace {

struct Corner {
  std::vector<double> at;
  double value = 0.0;
};

class Simplex {
 public:
  Simplex(const std::function<double(std::span<const double>)>& function, std::vector<double> start,
          double step)
      : function_(function), n_(start.size()) {
    corners_.push_back(corner(start));
    for (std::size_t axis = 0; axis < n_; ++axis) {
      std::vector<double> at = start;
      at[axis] += step;
      corners_.push_back(corner(std::move(at)));
    }
    sort();
  }

  std::uint32_t evaluations() const { return evaluations_; }
  const Corner& best() const { return corners_.front(); }
  double spread() const { return corners_.back().value - corners_.front().value; }
  /// The largest distance from the best corner along an axis.
  double size() const {
    double largest = 0.0;
    for (const Corner& corner : corners_)
      for (std::size_t axis = 0; axis < n_; ++axis)
        largest = std::max(largest, std::abs(corner.at[axis] - best().at[axis]));
    return largest;
  }

  void improve() {
    const auto dimension = static_cast<double>(n_);
    const double expand = 1.0 + 2.0 / dimension, contract = 0.75 - 0.5 / dimension;
    const Corner& worst = corners_.back();
    Corner reflected = away_from_worst(1.0);
    if (reflected.value < best().value) {
      Corner expanded = away_from_worst(expand);
      return replace_worst(expanded.value < reflected.value ? std::move(expanded)
                                                            : std::move(reflected));
    }
    if (reflected.value < corners_[n_ - 1].value) return replace_worst(std::move(reflected));
    const bool outside = reflected.value < worst.value;
    Corner contracted = away_from_worst(outside ? contract : -contract);
    if (contracted.value < (outside ? reflected.value : worst.value))
      return replace_worst(std::move(contracted));
    shrink(n_ > 1 ? 1.0 - 1.0 / dimension : 0.5);
  }

 private:
  Corner corner(std::vector<double> at) {
    ++evaluations_;
    double value = function_(at);
    if (std::isnan(value)) value = std::numeric_limits<double>::infinity();
    return {std::move(at), value};
  }

  /// From the worst corner through the centre of the others, by `factor` of its distance.
  Corner away_from_worst(double factor) {
    std::vector<double> at(n_);
    for (std::size_t axis = 0; axis < n_; ++axis) {
      double centre = 0.0;
      for (std::size_t i = 0; i < n_; ++i) centre += corners_[i].at[axis];
      centre /= static_cast<double>(n_);
      at[axis] = centre + factor * (centre - corners_.back().at[axis]);
    }
    return corner(std::move(at));
  }

  void replace_worst(Corner other) {
    corners_.back() = std::move(other);
    sort();
  }

  void shrink(double factor) {
    for (std::size_t i = 1; i <= n_; ++i) {
      std::vector<double> at(n_);
      for (std::size_t axis = 0; axis < n_; ++axis)
        at[axis] = best().at[axis] + factor * (corners_[i].at[axis] - best().at[axis]);
      corners_[i] = corner(std::move(at));
    }
    sort();
  }

  void sort() {
    std::stable_sort(corners_.begin(), corners_.end(),
                     [](const Corner& a, const Corner& b) { return a.value < b.value; });
  }

  const std::function<double(std::span<const double>)>& function_;
  std::size_t n_;
  std::vector<Corner> corners_;
  std::uint32_t evaluations_ = 0;
};

}  // namespace

Minimum nelder_mead(const std::function<double(std::span<const double>)>& function,
                    std::vector<double> start, double step, double tolerance,
                    std::uint32_t evaluations) {
  Simplex simplex(function, std::move(start), step);
  // Corners on both sides of a valley have equal values far from the minimum.
  const auto done = [&] {
    return simplex.spread() <= tolerance * std::abs(simplex.best().value) &&
           simplex.size() <= std::sqrt(tolerance);
  };
  while (simplex.evaluations() < evaluations && !done()) simplex.improve();
  return {simplex.best().at, simplex.best().value, simplex.evaluations()};
}

}  // namespace laggard
