#include "math/spline_system.hpp"

#include <utility>

namespace laggard::math {
namespace {

/// Hat functions and second divided differences, in closed form.
void fill(SplineSystem<2>& system) {
  auto& [q0, q1, q2] = system.q;
  auto& [main, first, second] = system.gram.diagonal;
  const std::size_t columns = system.unknowns();
  const auto gap = [&](std::size_t j) { return system.knots[j + 1] - system.knots[j]; };
  std::size_t column = 0;
  if (system.pseudo > 0) {  // the slope of the first piece at -1 is the value g'(-1)
    q0[0] = -1.0;
    q1[0] = -1.0 / gap(0);
    q2[0] = 1.0 / gap(0);
    main[0] = gap(0) / 3.0;
    if (columns > 1) first[0] = gap(0) / 6.0;
    column = 1;
  }
  double left = columns > column ? 1.0 / gap(0) : 0.0;
  for (std::size_t j = 1; column < columns; ++j, ++column) {  // continuous slope at knot j
    const double right = 1.0 / gap(j);
    q0[column] = left;
    q1[column] = -left - right;
    q2[column] = right;
    main[column] = (gap(j - 1) + gap(j)) / 3.0;
    if (column + 1 < columns) first[column] = gap(j) / 6.0;
    left = right;
  }
}

template <int kOrder>
void fill(SplineSystem<kOrder>& system) {
  const std::span<const double> knots(system.knots);
  double factorial = 1.0;  // (m - 1)!
  for (int i = 2; i < kOrder; ++i) factorial *= i;
  const auto support = [&](std::size_t c) { return knots.subspan(c, kOrder + 1); };
  for (std::size_t c = 0; c < system.unknowns(); ++c) {
    const auto own = support(c);
    for (std::size_t s = 0; s <= kOrder; ++s) {
      double product = factorial * (own.back() - own.front());
      for (std::size_t r = 0; r <= kOrder; ++r)
        if (r != s) product /= own[s] - own[r];
      system.q[s][c] = product;
    }
    for (std::size_t d = 0; d < kOrder && c + d < system.unknowns(); ++d)
      for (std::size_t i = d; i < kOrder; ++i)  // the pieces that both have
        system.gram.diagonal[d][c] += gauss_integral<kOrder>(own[i], own[i + 1], [&](double at) {
          return b_spline(own, at) * b_spline(support(c + d), at);
        });
  }
}

}  // namespace

double b_spline(std::span<const double> knots, double at) {
  std::array<double, 8> piece{};  // of degree p, on knots r..r + p + 1
  const std::size_t pieces = knots.size() - 1;
  for (std::size_t r = 0; r < pieces; ++r)
    piece[r] = knots[r] <= at && at < knots[r + 1] ? 1.0 : 0.0;
  for (std::size_t p = 1; p < pieces; ++p)
    for (std::size_t r = 0; r + p < pieces; ++r)
      piece[r] = (at - knots[r]) / (knots[r + p] - knots[r]) * piece[r] +
                 (knots[r + p + 1] - at) / (knots[r + p + 1] - knots[r + 1]) * piece[r + 1];
  return piece[0];
}

template <int kOrder>
SplineSystem<kOrder>::SplineSystem(std::span<const double> data_knots, Penalty penalty) {
  knots.assign(data_knots.begin(), data_knots.end());
  if (penalty == Penalty::kNorm) {
    knots.insert(knots.begin(), -1.0);
    pseudo = 2;
  }
  const std::size_t count = data_knots.size() + pseudo;
  const std::size_t columns = count > kOrder ? count - kOrder : 0;
  for (auto& entries : q) entries.assign(columns, 0.0);
  gram = Bands<kOrder>(columns);
  fill(*this);
}

template <int kOrder>
Bands<kOrder> SplineSystem<kOrder>::regularised(double weight, const Variances& variances) const {
  Bands<kOrder> matrix = gram;
  if (weight == 0.0 && pseudo == 0) return matrix;
  const auto d = [&](std::size_t value) {
    return value < pseudo ? 1.0 : weight * variances[value - pseudo];
  };
  const auto add = [&]<int kOff>(std::size_t c) {
    matrix.diagonal[kOff][c] += sum_of<kOff, kOrder>(
        [&](std::size_t s) { return d(c + s) * q[s][c] * q[s - kOff][c + kOff]; });
  };
  const auto add_all = [&]<int... kOff>(std::size_t c, std::integer_sequence<int, kOff...>) {
    ((c + kOff < unknowns() ? add.template operator()<kOff>(c) : void()), ...);
  };
  for (std::size_t c = 0; c < unknowns(); ++c)
    add_all(c, std::make_integer_sequence<int, kOrder + 1>());
  return matrix;
}

template <int kOrder>
Matrix SplineSystem<kOrder>::q_times(const Matrix& gamma) const {
  Matrix result = Matrix::Zero(static_cast<Index>(values()), gamma.cols());
  for (std::size_t c = 0; c < unknowns(); ++c)
    for (std::size_t s = 0; s <= kOrder; ++s)
      result.row(static_cast<Index>(c + s)) += q[s][c] * gamma.row(static_cast<Index>(c));
  return result;
}

template <int kOrder>
Matrix SplineSystem<kOrder>::q_transposed_times(MatrixView values) const {
  Matrix result = Matrix::Zero(static_cast<Index>(unknowns()), values.cols());
  for (std::size_t c = 0; c < unknowns(); ++c)
    for (std::size_t s = 0; s <= kOrder; ++s)
      result.row(static_cast<Index>(c)) += q[s][c] * values.row(static_cast<Index>(c + s));
  return result;
}

template <int kOrder>
std::vector<double> SplineSystem<kOrder>::residual_diagonal(const Bands<kOrder>& inverse) const {
  std::vector<double> diagonal(values(), 0.0);
  for (std::size_t c = 0; c < inverse.size(); ++c)
    for (std::size_t s = 0; s <= kOrder; ++s) {
      diagonal[c + s] += q[s][c] * q[s][c] * inverse.diagonal[0][c];
      for (std::size_t d = 1; d <= s && c + d < inverse.size(); ++d)
        diagonal[c + s] += 2.0 * q[s][c] * q[s - d][c + d] * inverse.diagonal[d][c];
    }
  return diagonal;
}

template struct SplineSystem<2>;
template struct SplineSystem<3>;

}  // namespace laggard::math
