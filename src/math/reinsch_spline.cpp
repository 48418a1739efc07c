#include "math/reinsch_spline.hpp"

#include <algorithm>
#include <array>

namespace laggard::math {

SplineSystem::SplineSystem(std::span<const double> data_knots, Penalty penalty) {
  knots.assign(data_knots.begin(), data_knots.end());
  if (penalty == Penalty::kNorm) {
    knots.insert(knots.begin(), -1.0);
    pseudo = 2;
  }

  const std::size_t count = data_knots.size() + pseudo;
  const std::size_t columns = count > 2 ? count - 2 : 0;
  const auto gap = [&](std::size_t j) { return knots[j + 1] - knots[j]; };
  q0.resize(columns);
  q1.resize(columns);
  q2.resize(columns);
  gram = Bands(columns);
  std::size_t column = 0;
  if (pseudo > 0) {  // the slope of the first piece at -1 is the value g'(-1)
    q0[0] = -1.0;
    q1[0] = -1.0 / gap(0);
    q2[0] = 1.0 / gap(0);
    gram.main[0] = gap(0) / 3.0;
    if (columns > 1) gram.first[0] = gap(0) / 6.0;
    column = 1;
  }
  double left = columns > column ? 1.0 / gap(0) : 0.0;
  for (std::size_t j = 1; column < columns; ++j, ++column) {  // continuous slope at knot j
    const double right = 1.0 / gap(j);
    q0[column] = left;
    q1[column] = -left - right;
    q2[column] = right;
    gram.main[column] = (gap(j - 1) + gap(j)) / 3.0;
    if (column + 1 < columns) gram.first[column] = gap(j) / 6.0;
    left = right;
  }
}

Bands SplineSystem::regularised(double weight) const {
  Bands matrix = gram;
  if (weight == 0.0 && pseudo == 0) return matrix;
  const auto d = [&](std::size_t value) { return value < pseudo ? 1.0 : weight; };
  for (std::size_t c = 0; c < unknowns(); ++c) {
    matrix.main[c] += d(c) * q0[c] * q0[c] + d(c + 1) * q1[c] * q1[c] + d(c + 2) * q2[c] * q2[c];
    if (c + 1 < unknowns())
      matrix.first[c] += d(c + 1) * q1[c] * q0[c + 1] + d(c + 2) * q2[c] * q1[c + 1];
    if (c + 2 < unknowns()) matrix.second[c] += d(c + 2) * q2[c] * q0[c + 2];
  }
  return matrix;
}

/// A target's value as a combination of two values and two second derivatives.
struct ReinschSpline::Reading {
  std::size_t value;  ///< rows value and value + 1 of the values, pseudo ones counted
  std::array<double, 2> linear;
  std::ptrdiff_t gamma;  ///< unknowns gamma and gamma + 1; those outside are zero
  std::array<double, 2> cubic;
};

ReinschSpline::ReinschSpline(std::span<const double> knots, double lambda, Penalty penalty)
    : weight_(static_cast<double>(knots.size()) * lambda),
      system_(knots, penalty),
      factor_(system_.regularised(weight_)) {}

ReinschSpline::Reading ReinschSpline::read_at(double target) const {
  const auto& knots = system_.knots;
  const bool clamped = system_.pseudo > 0;
  if (knots.size() == 1) return {0, {1.0, 0.0}, 0, {0.0, 0.0}};
  const auto above = std::upper_bound(knots.begin() + 1, knots.end() - 1, target);
  const auto j = static_cast<std::size_t>(above - knots.begin()) - 1;
  const double h = knots[j + 1] - knots[j];
  const double a = (knots[j + 1] - target) / h;
  const double b = (target - knots[j]) / h;
  Reading reading{
      clamped ? j + 1 : j, {a, b}, static_cast<std::ptrdiff_t>(j) - (clamped ? 0 : 1), {}};
  if (target < knots.front())  // linear continuation with the slope of the end
    reading.cubic = {0.0, -b * h * h / 6.0};
  else if (target > knots.back())
    reading.cubic = {-a * h * h / 6.0, 0.0};
  else
    reading.cubic = {(a * a - 1.0) * a * h * h / 6.0, (b * b - 1.0) * b * h * h / 6.0};
  return reading;
}

Matrix ReinschSpline::operator_matrix(std::span<const double> targets) const {
  constexpr std::size_t kBlock = 64;
  const auto& s = system_;
  const std::size_t unknowns = s.unknowns();
  Matrix result =
      Matrix::Zero(static_cast<Index>(targets.size()), static_cast<Index>(s.values() - s.pseudo));
  for (std::size_t first = 0; first < targets.size(); first += kBlock) {
    const std::size_t width = std::min(kBlock, targets.size() - first);
    // A target's row is e_g + (e_gamma - e_g D Q) A^{-1} Q^T; A is symmetric.
    Matrix columns = Matrix::Zero(static_cast<Index>(unknowns), static_cast<Index>(width));
    for (std::size_t t = 0; t < width; ++t) {
      const Reading reading = read_at(targets[first + t]);
      const auto add = [&](std::ptrdiff_t unknown, double coefficient) {
        if (unknown >= 0 && unknown < static_cast<std::ptrdiff_t>(unknowns))
          columns(unknown, static_cast<Index>(t)) += coefficient;
      };
      for (std::size_t side = 0; side < 2; ++side) {
        add(reading.gamma + static_cast<std::ptrdiff_t>(side), reading.cubic[side]);
        const std::size_t value = reading.value + side;
        if (value >= s.values()) continue;
        const double scale = -reading.linear[side] * weight(value);
        const auto row = static_cast<std::ptrdiff_t>(value);
        if (value < unknowns) add(row, scale * s.q0[value]);
        if (value >= 1 && value - 1 < unknowns) add(row - 1, scale * s.q1[value - 1]);
        if (value >= 2 && value - 2 < unknowns) add(row - 2, scale * s.q2[value - 2]);
        if (value >= s.pseudo)
          result(static_cast<Index>(first + t), row - static_cast<std::ptrdiff_t>(s.pseudo)) +=
              reading.linear[side];
      }
    }
    factor_.solve(columns);
    for (std::size_t value = s.pseudo; value < s.values(); ++value) {
      auto target_column = result.col(static_cast<Index>(value - s.pseudo))
                               .segment(static_cast<Index>(first), static_cast<Index>(width));
      const auto row = [&](std::size_t c) {
        return columns.row(static_cast<Index>(c)).transpose();
      };
      if (value < unknowns) target_column += s.q0[value] * row(value);
      if (value >= 1 && value - 1 < unknowns) target_column += s.q1[value - 1] * row(value - 1);
      if (value >= 2 && value - 2 < unknowns) target_column += s.q2[value - 2] * row(value - 2);
    }
  }
  // Far from its target the weight of a knot decays exponentially, past what can change a sum and
  // down to subnormal numbers, for which processors need a hundred times as long.
  constexpr double kNegligible = 1e-200;
  result = (result.array().abs() < kNegligible).select(0.0, result);
  return result;
}

Matrix ReinschSpline::evaluate(MatrixView values, std::span<const double> targets) const {
  const auto& s = system_;
  const auto unknowns = static_cast<Index>(s.unknowns());
  const auto pseudo = static_cast<Index>(s.pseudo);
  const Index columns = values.cols();
  Matrix gamma(unknowns, columns);
  for (Index c = 0; c < unknowns; ++c) {
    const auto at = static_cast<std::size_t>(c);
    const double w0 = s.q0[at], w1 = s.q1[at], w2 = s.q2[at];
    double* target = gamma.data() + c * columns;
    // The values of rows c, c + 1 and c + 2; pseudo ones are 0 and not there.
    const auto y = [&](Index side, Index k) {
      return values.data()[(c + side - pseudo) * columns + k];
    };
    if (c >= pseudo)
      for (Index k = 0; k < columns; ++k) target[k] = w0 * y(0, k) + w1 * y(1, k) + w2 * y(2, k);
    else if (c + 1 >= pseudo)
      for (Index k = 0; k < columns; ++k) target[k] = w1 * y(1, k) + w2 * y(2, k);
    else
      for (Index k = 0; k < columns; ++k) target[k] = w2 * y(2, k);
  }
  factor_.solve(gamma);

  Matrix result = Matrix::Zero(static_cast<Index>(targets.size()), values.cols());
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const Reading reading = read_at(targets[t]);
    auto row = result.row(static_cast<Index>(t));
    for (std::size_t side = 0; side < 2; ++side) {
      const Index c = reading.gamma + static_cast<Index>(side);
      if (c >= 0 && c < unknowns) row += reading.cubic[side] * gamma.row(c);
      const std::size_t value = reading.value + side;
      if (value >= s.values()) continue;
      const double scale = -reading.linear[side] * weight(value);
      const auto v = static_cast<Index>(value);
      if (v < unknowns) row += scale * s.q0[value] * gamma.row(v);
      if (v >= 1 && v - 1 < unknowns) row += scale * s.q1[value - 1] * gamma.row(v - 1);
      if (v >= 2 && v - 2 < unknowns) row += scale * s.q2[value - 2] * gamma.row(v - 2);
      if (v >= pseudo) row += reading.linear[side] * values.row(v - pseudo);
    }
  }
  return result;
}

}  // namespace laggard::math
