#include "math/gcv.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace laggard::math {
namespace {

constexpr std::size_t kWidth = 16;  // columns of a block; the recurrences' state fits the registers
using Lane = std::array<double, kWidth>;

}  // namespace

GcvScore::GcvScore(std::span<const double> knots, MatrixView values)
    : system_(knots, Penalty::kSeminorm), q_gram_(system_.unknowns()) {
  const std::size_t rows = system_.unknowns();
  const auto& q0 = system_.q0;
  const auto& q1 = system_.q1;
  const auto& q2 = system_.q2;
  for (std::size_t c = 0; c < rows; ++c) {
    q_gram_.main[c] = q0[c] * q0[c] + q1[c] * q1[c] + q2[c] * q2[c];
    if (c + 1 < rows) q_gram_.first[c] = q1[c] * q0[c + 1] + q2[c] * q1[c + 1];
    if (c + 2 < rows) q_gram_.second[c] = q2[c] * q0[c + 2];
  }
  const auto columns = static_cast<std::size_t>(values.cols());
  blocks_ = (columns + kWidth - 1) / kWidth;
  packed_.assign(blocks_ * rows * kWidth, 0.0);
  for (std::size_t block = 0; block < blocks_; ++block) {
    const std::size_t first = block * kWidth;
    const std::size_t width = std::min(kWidth, columns - first);
    for (std::size_t c = 0; c < rows; ++c) {
      double* target = &packed_[(block * rows + c) * kWidth];
      const double* y = values.data() + c * columns + first;
      for (std::size_t k = 0; k < width; ++k)
        target[k] = q0[c] * y[k] + q1[c] * y[columns + k] + q2[c] * y[2 * columns + k];
    }
  }
}

/// |Q gamma|^2 over all columns, gamma = A^{-1} Q^T y: forward and back substitution fused with the
/// sum, so that gamma is never stored.
double GcvScore::curvature_squared(const Pentadiagonal& factor) const {
  const std::size_t rows = system_.unknowns();
  // Padded with zeros past the end, where the recurrences would read.
  const auto padded = [&](std::vector<double> v) {
    v.resize(rows + 2, 0.0);
    return v;
  };
  const auto l1 = padded(factor.lower1()), l2 = padded(factor.lower2());
  const auto q0 = padded(system_.q0), q1 = padded(system_.q1);
  std::vector<double> forward(rows * kWidth);
  double sum = 0.0;
  for (std::size_t block = 0; block < blocks_; ++block) {
    Lane last{}, before{};
    for (std::size_t i = 0; i < rows; ++i) {
      const double* b = &packed_[(block * rows + i) * kWidth];
      const double m1 = l1[i], m2 = l2[i], scale = factor.pivot_inverse()[i];
      for (std::size_t k = 0; k < kWidth; ++k) {
        const double z = b[k] - m1 * last[k] - m2 * before[k];
        before[k] = last[k];
        last[k] = z;
        forward[i * kWidth + k] = scale * z;
      }
    }
    Lane next{}, after{}, squares{};  // gamma of rows i + 1 and i + 2
    for (std::size_t i = rows; i-- > 0;) {
      const double m1 = l1[i + 1], m2 = l2[i + 2];
      const double c0 = q0[i + 2], c1 = q1[i + 1], c2 = system_.q2[i];
      for (std::size_t k = 0; k < kWidth; ++k) {
        const double gamma = forward[i * kWidth + k] - m1 * next[k] - m2 * after[k];
        const double value = c0 * after[k] + c1 * next[k] + c2 * gamma;  // row i + 2 of Q gamma
        squares[k] += value * value;
        after[k] = next[k];
        next[k] = gamma;
      }
    }
    for (std::size_t k = 0; k < kWidth; ++k) {
      const double row1 = q0[1] * after[k] + q1[0] * next[k];
      const double row0 = q0[0] * next[k];
      sum += squares[k] + row1 * row1 + row0 * row0;
    }
  }
  return sum;
}

double GcvScore::operator()(double lambda) const {
  const double n = static_cast<double>(system_.values());
  const Pentadiagonal factor(system_.regularised(n * lambda));
  const Bands inverse = factor.inverse_bands();
  double trace = 0.0;  // of Q^T Q A^{-1}
  for (std::size_t c = 0; c < inverse.size(); ++c)
    trace += q_gram_.main[c] * inverse.main[c] +
             2.0 * (q_gram_.first[c] * inverse.first[c] + q_gram_.second[c] * inverse.second[c]);
  // The factors (n lambda)^2 of numerator and denominator cancel.
  return n * curvature_squared(factor) / (trace * trace);
}

double gcv_lambda(std::span<const double> knots, MatrixView values) {
  if (knots.size() < 3) return 0.0;
  const GcvScore score(knots, values);
  const double n = static_cast<double>(knots.size());
  const double low = std::log(1e-6 / (n * n * n * n));
  const double high = std::log(10.0);
  constexpr int kGrid = 14;
  const double step = (high - low) / (kGrid - 1);
  const auto at = [&](double log_lambda) { return score(std::exp(log_lambda)); };

  int best = 0;
  double best_score = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kGrid; ++i) {
    const double value = at(low + i * step);
    if (value < best_score) {
      best_score = value;
      best = i;
    }
  }
  if (!std::isfinite(best_score)) return 0.0;

  const double ratio = 0.5 * (std::sqrt(5.0) - 1.0);
  double left = low + std::max(best - 1, 0) * step;
  double right = low + std::min(best + 1, kGrid - 1) * step;
  double x1 = right - ratio * (right - left), x2 = left + ratio * (right - left);
  double v1 = at(x1), v2 = at(x2);
  while (right - left > 0.05) {
    if (v1 <= v2) {
      right = x2;
      x2 = x1;
      v2 = v1;
      x1 = right - ratio * (right - left);
      v1 = at(x1);
    } else {
      left = x1;
      x1 = x2;
      v1 = v2;
      x2 = left + ratio * (right - left);
      v2 = at(x2);
    }
  }
  return std::exp(0.5 * (left + right));
}

}  // namespace laggard::math
