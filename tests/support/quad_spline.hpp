// Smoothing splines by Reinsch's system in 34 digits: slow, and right where doubles are not.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "math/spline_penalty.hpp"

namespace laggard::testing {

#ifdef __SIZEOF_FLOAT128__
using Quad = __float128;
#else
using Quad = long double;  // where it has 128 bits, as on aarch64
#endif

/// The condition grows like lambda n^4, so up to lambda n^4 = 1e22 ten digits and more are right.
class QuadSpline {
 public:
  QuadSpline(std::span<const double> knots, double lambda, math::Penalty penalty)
      : weight_(static_cast<Quad>(knots.size()) * static_cast<Quad>(lambda)),
        pseudo_(penalty == math::Penalty::kNorm ? 2 : 0),
        t_(knots.begin(), knots.end()) {
    if (pseudo_ > 0) t_.insert(t_.begin(), -1);
    values_ = knots.size() + pseudo_;
    const std::size_t unknowns = values_ - 2;
    std::vector<Quad> first(unknowns, 0), second(unknowns, 0);
    lower1_.assign(unknowns, 0);
    lower2_.assign(unknowns, 0);
    for (std::size_t c = 0; c < unknowns; ++c) {
      const std::size_t j = c + 1 - pseudo_ / 2;  // the knot of the second derivative
      if (pseudo_ > 0 && c == 0) {
        q_.push_back({-1, -1 / gap(0), 1 / gap(0)});
        pivot_.push_back(gap(0) / 3);
      } else {
        q_.push_back({1 / gap(j - 1), -1 / gap(j - 1) - 1 / gap(j), 1 / gap(j)});
        pivot_.push_back((gap(j - 1) + gap(j)) / 3);
      }
      if (c + 1 < unknowns) first[c] = gap(j) / 6;
    }
    for (std::size_t c = 0; c < unknowns; ++c) {
      for (std::size_t side = 0; side < 3; ++side) {
        const Quad d = c + side < pseudo_ ? Quad(1) : weight_;
        pivot_[c] += d * q_[c][side] * q_[c][side];
        if (side >= 1 && c + 1 < unknowns) first[c] += d * q_[c][side] * q_[c + 1][side - 1];
        if (side == 2 && c + 2 < unknowns) second[c] += d * q_[c][2] * q_[c + 2][0];
      }
    }
    for (std::size_t i = 0; i < unknowns; ++i) {  // L D L^T
      if (i >= 2) lower2_[i] = second[i - 2] / pivot_[i - 2];
      if (i >= 1)
        lower1_[i] = (first[i - 1] - (i >= 2 ? second[i - 2] * lower1_[i - 1] : 0)) / pivot_[i - 1];
      if (i >= 2) pivot_[i] -= lower2_[i] * lower2_[i] * pivot_[i - 2];
      if (i >= 1) pivot_[i] -= lower1_[i] * lower1_[i] * pivot_[i - 1];
    }
  }

  /// Weights of all values in the spline at a target within the outer knots.
  std::vector<double> row(double target) const {
    const auto above = std::upper_bound(t_.begin() + 1, t_.end() - 1, Quad(target));
    const auto j = static_cast<std::size_t>(above - t_.begin()) - 1;
    const Quad h = gap(j), a = (t_[j + 1] - target) / h, b = (target - t_[j]) / h;
    const std::size_t shift = pseudo_ / 2;  // values before knots
    std::vector<Quad> weights(values_, 0);
    weights[j + shift] = a;
    weights[j + 1 + shift] = b;
    std::vector<Quad> x(q_.size(), 0);
    for (std::size_t c = 0; c < x.size(); ++c) {
      for (std::size_t side = 0; side < 3; ++side)
        x[c] -= (c + side < pseudo_ ? Quad(1) : weight_) * q_[c][side] * weights[c + side];
      if (c + 1 - shift == j) x[c] += (a * a - 1) * a * h * h / 6;
      if (c - shift == j) x[c] += (b * b - 1) * b * h * h / 6;
    }
    solve(x);
    for (std::size_t c = 0; c < x.size(); ++c)
      for (std::size_t side = 0; side < 3; ++side) weights[c + side] += q_[c][side] * x[c];
    return {weights.begin() + static_cast<std::ptrdiff_t>(pseudo_), weights.end()};
  }

  /// n |Q gamma|^2 / tr(Q^T Q A^{-1})^2 for one coordinate, seminorm.
  double gcv(std::span<const double> y) const {
    const std::size_t n = q_.size();
    std::vector<Quad> x(n);
    for (std::size_t c = 0; c < n; ++c)
      x[c] = q_[c][0] * y[c] + q_[c][1] * y[c + 1] + q_[c][2] * y[c + 2];
    solve(x);
    std::vector<Quad> bent(values_, 0);
    for (std::size_t c = 0; c < n; ++c)
      for (std::size_t side = 0; side < 3; ++side) bent[c + side] += q_[c][side] * x[c];
    Quad squares = 0, trace = 0;
    for (const Quad value : bent) squares += value * value;
    Quad main1 = 0, main2 = 0, first1 = 0;  // entries of the inverse, of rows i + 1 and i + 2
    for (std::size_t i = n; i-- > 0;) {
      const Quad l1 = i + 1 < n ? lower1_[i + 1] : 0, l2 = i + 2 < n ? lower2_[i + 2] : 0;
      const Quad second = -l1 * first1 - l2 * main2, first = -l1 * main1 - l2 * first1;
      const Quad main = 1 / pivot_[i] - l1 * first - l2 * second;
      trace += main * (q_[i][0] * q_[i][0] + q_[i][1] * q_[i][1] + q_[i][2] * q_[i][2]);
      if (i + 1 < n) trace += 2 * first * (q_[i][1] * q_[i + 1][0] + q_[i][2] * q_[i + 1][1]);
      if (i + 2 < n) trace += 2 * second * q_[i][2] * q_[i + 2][0];
      main2 = main1;
      main1 = main;
      first1 = first;
    }
    return static_cast<double>(static_cast<Quad>(values_) * squares / (trace * trace));
  }

 private:
  struct Column {
    Quad entry[3];
    Quad operator[](std::size_t side) const { return entry[side]; }
  };

  Quad gap(std::size_t j) const { return t_[j + 1] - t_[j]; }

  void solve(std::vector<Quad>& x) const {
    const std::size_t n = x.size();
    for (std::size_t i = 1; i < n; ++i)
      x[i] -= lower1_[i] * x[i - 1] + (i >= 2 ? lower2_[i] * x[i - 2] : 0);
    for (std::size_t i = n; i-- > 0;) {
      x[i] /= pivot_[i];
      if (i + 1 < n) x[i] -= lower1_[i + 1] * x[i + 1];
      if (i + 2 < n) x[i] -= lower2_[i + 2] * x[i + 2];
    }
  }

  Quad weight_;
  std::size_t pseudo_;
  std::size_t values_ = 0;
  std::vector<Quad> t_;
  std::vector<Column> q_;
  std::vector<Quad> pivot_, lower1_, lower2_;
};

}  // namespace laggard::testing
