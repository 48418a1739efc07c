#include "math/reinsch_spline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace laggard::math {
namespace {

/// A target's value as a combination of values at neighbouring knots and of some gamma.
template <int kOrder>
struct Reading {
  std::size_t value = 0;  ///< the first of the rows of the values, pseudo ones counted
  std::array<double, kOrder> values = {};
  std::ptrdiff_t gamma = 0;  ///< the first of the unknowns; those outside are zero
  std::array<double, 2 * kOrder - 2> gammas = {};
};

Reading<2> read_at(const SplineSystem<2>& system, double target) {
  const auto& knots = system.knots;
  const bool clamped = system.pseudo > 0;
  if (knots.size() == 1) return {0, {1.0, 0.0}, 0, {0.0, 0.0}};
  const auto above = std::upper_bound(knots.begin() + 1, knots.end() - 1, target);
  const auto j = static_cast<std::size_t>(above - knots.begin()) - 1;
  const double h = knots[j + 1] - knots[j];
  const double a = (knots[j + 1] - target) / h;
  const double b = (target - knots[j]) / h;
  Reading<2> reading{
      clamped ? j + 1 : j, {a, b}, static_cast<std::ptrdiff_t>(j) - (clamped ? 0 : 1), {}};
  if (target < knots.front())  // linear continuation with the slope of the end
    reading.gammas = {0.0, -b * h * h / 6.0};
  else if (target > knots.back())
    reading.gammas = {-a * h * h / 6.0, 0.0};
  else
    reading.gammas = {(a * a - 1.0) * a * h * h / 6.0, (b * b - 1.0) * b * h * h / 6.0};
  return reading;
}

/// The polynomials through unit vectors at the nodes, at one place.
std::vector<double> lagrange_row(std::span<const double> nodes, double at) {
  std::vector<double> row(nodes.size(), 1.0);
  for (std::size_t r = 0; r < nodes.size(); ++r)
    for (std::size_t s = 0; s < nodes.size(); ++s)
      if (s != r) row[r] *= (at - nodes[s]) / (nodes[r] - nodes[s]);
  return row;
}

/// The first of `count` neighbouring knots around the target whose polynomial weighs them least.
std::size_t window_of(std::span<const double> knots, double target, std::size_t count) {
  const auto above = std::upper_bound(knots.begin(), knots.end(), target) - knots.begin();
  const auto last = static_cast<std::ptrdiff_t>(knots.size() - count);
  const auto first = above - static_cast<std::ptrdiff_t>(count) + 1;
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (auto i = std::clamp<std::ptrdiff_t>(first, 0, last);
       i <= std::clamp<std::ptrdiff_t>(above - 1, 0, last); ++i) {
    double sum = 0.0;
    for (const double weight :
         lagrange_row(knots.subspan(static_cast<std::size_t>(i), count), target))
      sum += std::abs(weight);
    if (!(sum < least)) continue;
    least = sum;
    best = static_cast<std::size_t>(i);
  }
  return best;
}

template <int kOrder>
Reading<kOrder> read_at(const SplineSystem<kOrder>& system, double target) {
  const std::span<const double> knots(system.knots);
  const std::size_t count = std::min<std::size_t>(kOrder, knots.size());
  Reading<kOrder> reading;
  reading.value = window_of(knots, target, count);
  const auto own = knots.subspan(reading.value, count);
  const std::vector<double> row = lagrange_row(own, target);
  std::copy(row.begin(), row.end(), reading.values.begin());
  reading.gamma = static_cast<std::ptrdiff_t>(reading.value) - kOrder + 1;
  if (system.unknowns() == 0) return reading;

  // g - polynomial = prod (t - t_r) [t, t_i, .., t_{i+m-1}] g, and that divided difference is the
  // integral of g^(m) over the B-spline on these points.
  std::vector<double> points(own.begin(), own.end());
  points.insert(std::upper_bound(points.begin(), points.end(), target), target);
  double product = 1.0 / (points.back() - points.front());
  for (int i = 2; i < kOrder; ++i) product /= i;
  for (const double knot : own) product *= target - knot;
  if (product == 0.0) return reading;
  for (std::size_t g = 0; g < reading.gammas.size(); ++g) {
    const auto j = reading.gamma + static_cast<std::ptrdiff_t>(g);
    if (j < 0 || j >= static_cast<std::ptrdiff_t>(system.unknowns())) continue;
    const auto support = knots.subspan(static_cast<std::size_t>(j), kOrder + 1);
    for (std::size_t piece = 0; piece + 1 < points.size(); ++piece)
      reading.gammas[g] +=
          product * gauss_integral<kOrder>(points[piece], points[piece + 1], [&](double at) {
            return b_spline(points, at) * b_spline(support, at);
          });
  }
  return reading;
}

}  // namespace

template <int kOrder>
ReinschSpline<kOrder>::ReinschSpline(std::span<const double> knots, double lambda, Penalty penalty,
                                     const Variances& variances)
    : weight_(static_cast<double>(knots.size()) * lambda),
      variances_(variances),
      system_(knots, penalty),
      factor_(system_.regularised(weight_, variances_)) {}

template <int kOrder>
Matrix ReinschSpline<kOrder>::operator_matrix(std::span<const double> targets) const {
  constexpr std::size_t kBlock = 64;
  const auto& s = system_;
  const std::size_t unknowns = s.unknowns();
  const auto row_of = [](std::size_t row) { return static_cast<Index>(row); };
  /// Calls act(c, Q(value, c)) for the entries of a row of Q.
  const auto along_row_of_q = [&](std::size_t value, const auto& act) {
    for (std::size_t side = 0; side <= kOrder; ++side)
      if (value >= side && value - side < unknowns) act(value - side, s.q[side][value - side]);
  };
  Matrix result = Matrix::Zero(row_of(targets.size()), row_of(s.values() - s.pseudo));
  for (std::size_t first = 0; first < targets.size(); first += kBlock) {
    const std::size_t width = std::min(kBlock, targets.size() - first);
    // A target's row is e_g + (e_gamma - e_g D Q) A^{-1} Q^T; A is symmetric.
    Matrix columns = Matrix::Zero(row_of(unknowns), row_of(width));
    for (std::size_t t = 0; t < width; ++t) {
      const Reading<kOrder> reading = read_at(s, targets[first + t]);
      for (std::size_t side = 0; side < reading.gammas.size(); ++side) {
        const auto unknown = reading.gamma + static_cast<std::ptrdiff_t>(side);
        if (unknown >= 0 && unknown < static_cast<std::ptrdiff_t>(unknowns))
          columns(unknown, row_of(t)) += reading.gammas[side];
        const std::size_t value = reading.value + side;
        if (side >= kOrder || value >= s.values()) continue;
        const double scale = -reading.values[side] * weight(value);
        along_row_of_q(value, [&](std::size_t c, double entry) {
          columns(row_of(c), row_of(t)) += scale * entry;
        });
        if (value >= s.pseudo)
          result(row_of(first + t), row_of(value - s.pseudo)) += reading.values[side];
      }
    }
    factor_.solve(columns);
    for (std::size_t value = s.pseudo; value < s.values(); ++value) {
      auto target_column =
          result.col(row_of(value - s.pseudo)).segment(row_of(first), row_of(width));
      along_row_of_q(value, [&](std::size_t c, double entry) {
        target_column += entry * columns.row(row_of(c)).transpose();
      });
    }
  }
  // Far from its target the weight of a knot decays exponentially, past what can change a sum and
  // down to subnormal numbers, for which processors need a hundred times as long.
  constexpr double kNegligible = 1e-200;
  result = (result.array().abs() < kNegligible).select(0.0, result);
  return result;
}

template <int kOrder>
Matrix ReinschSpline<kOrder>::evaluate(MatrixView values, std::span<const double> targets) const {
  const auto& s = system_;
  const auto unknowns = static_cast<Index>(s.unknowns());
  const auto pseudo = static_cast<Index>(s.pseudo);
  const Index columns = values.cols();
  Matrix gamma(unknowns, columns);
  for (Index c = 0; c < unknowns; ++c) {
    const auto at = static_cast<std::size_t>(c);
    double* target = gamma.data() + c * columns;
    // Rows from kFrom on; the pseudo values in front of them are 0 and not there.
    const auto combine = [&]<int kFrom>() {
      for (Index k = 0; k < columns; ++k)
        target[k] = sum_of<kFrom, kOrder>([&](std::size_t side) {
          return s.q[side][at] *
                 values.data()[(c + static_cast<Index>(side) - pseudo) * columns + k];
        });
    };
    if (c >= pseudo)
      combine.template operator()<0>();
    else if (c + 1 >= pseudo)
      combine.template operator()<1>();
    else
      combine.template operator()<2>();
  }
  factor_.solve(gamma);

  Matrix result = Matrix::Zero(static_cast<Index>(targets.size()), values.cols());
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const Reading<kOrder> reading = read_at(s, targets[t]);
    auto row = result.row(static_cast<Index>(t));
    for (std::size_t side = 0; side < reading.gammas.size(); ++side) {
      const Index c = reading.gamma + static_cast<Index>(side);
      if (c >= 0 && c < unknowns) row += reading.gammas[side] * gamma.row(c);
      const std::size_t value = reading.value + side;
      if (side >= kOrder || value >= s.values()) continue;
      const double scale = -reading.values[side] * weight(value);
      const auto v = static_cast<Index>(value);
      for (Index d = 0; d <= kOrder; ++d)
        if (v >= d && v - d < unknowns)
          row += scale * s.q[static_cast<std::size_t>(d)][static_cast<std::size_t>(v - d)] *
                 gamma.row(v - d);
      if (v >= pseudo) row += reading.values[side] * values.row(v - pseudo);
    }
  }
  return result;
}

template class ReinschSpline<2>;
template class ReinschSpline<3>;

}  // namespace laggard::math
