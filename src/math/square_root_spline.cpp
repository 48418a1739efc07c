#include "math/square_root_spline.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace laggard::math {
namespace {

constexpr int kState = 3;              // g, g', g''
constexpr int kRows = 2 * kState + 1;  // of a step: transition, what is known, observation
using Block = Eigen::Matrix3d;
using State = Eigen::Vector3d;

/// One point, and the step behind it.
struct Step {
  Block own, next;                               // the rows of R
  Eigen::Matrix<double, kRows, kRows> rotation;  // of the rows of the step, in their own order
};

/// A knot or a target.
struct Point {
  double at;
  double deviation;  // of the value there; 0: there is none

  bool observed() const { return deviation > 0.0; }
};

/// Rows [before, behind] of (state behind - Taylor's formula of state before) / V(h)^(1/2).
void transition(double h, Block& before, Block& behind) {
  // In units of h^(5/2), h^(3/2) and h^(1/2) the covariance of the noise is a constant. Its root is
  // taken from below, so that the rows about the higher derivatives are free of the largest unit.
  static const Block kInverseRoot = [] {
    Block covariance;  // of (g'', g', g)
    covariance << 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 2, 1.0 / 3, 1.0 / 8, 1.0 / 6, 1.0 / 8, 1.0 / 20;
    const Block root = covariance.llt().matrixL();
    const Block inverse = root.triangularView<Eigen::Lower>().solve(Block::Identity());
    return Block(inverse.colwise().reverse().rowwise().reverse());
  }();
  Block taylor;
  taylor << 1.0, 1.0, 0.5, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0;
  const double root = std::sqrt(h);
  const State units(1.0 / (h * h * root), 1.0 / (h * root), 1.0 / root);
  behind = kInverseRoot * units.asDiagonal();
  before = -(kInverseRoot * taylor) * units.asDiagonal();
}

/// Makes the least-squares problem triangular, point by point.
std::vector<Step> triangular(const std::vector<Point>& points) {
  std::vector<Step> steps(points.size());
  Block known = Block::Zero();  // rows about the state at the point, from the points before
  for (std::size_t i = 0; i < points.size(); ++i) {
    Eigen::Matrix<double, kRows, 2 * kState> rows = decltype(rows)::Zero();
    Block before = Block::Zero(), behind = Block::Zero();
    if (i + 1 < points.size()) transition(points[i + 1].at - points[i].at, before, behind);
    rows.topRows<kState>() << before, behind;
    rows.block<kState, kState>(kState, 0) = known;
    if (points[i].observed()) rows(2 * kState, 0) = 1.0 / points[i].deviation;
    // Reflections keep the digits of small rows only if the large ones come first.
    std::array<int, kRows> order;
    std::iota(order.begin(), order.end(), 0);
    std::array<double, kRows> size;
    for (int r = 0; r < kRows; ++r) size[std::size_t(r)] = rows.row(r).lpNorm<Eigen::Infinity>();
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return size[std::size_t(a)] > size[std::size_t(b)]; });
    Eigen::PermutationMatrix<kRows> sorted;
    for (int r = 0; r < kRows; ++r) sorted.indices()[order[std::size_t(r)]] = r;
    const Eigen::HouseholderQR<decltype(rows)> factors(sorted * rows);
    const decltype(rows) upper = factors.matrixQR().triangularView<Eigen::Upper>();
    steps[i].own = upper.topLeftCorner<kState, kState>();
    steps[i].next = upper.block<kState, kState>(0, kState);
    steps[i].rotation =
        sorted.transpose() * Eigen::Matrix<double, kRows, kRows>(factors.householderQ());
    known = upper.block<kState, kState>(kState, kState);
  }
  return steps;
}

Matrix solve_upper(const Block& block, Matrix right) {
  block.triangularView<Eigen::Upper>().solveInPlace(right);
  return right;
}

std::vector<Point> observed_points(const std::vector<double>& knots,
                                   const std::vector<double>& deviations) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < knots.size(); ++i) points.push_back({knots[i], deviations[i]});
  return points;
}

}  // namespace

SquareRootSpline::SquareRootSpline(std::span<const double> knots, double lambda,
                                   const Variances& variances)
    : knots_(knots.begin(), knots.end()) {
  for (std::size_t i = 0; i < knots.size(); ++i)
    deviations_.push_back(std::sqrt(static_cast<double>(knots.size()) * lambda * variances[i]));
}

Matrix SquareRootSpline::operator_matrix(std::span<const double> targets) const {
  std::vector<Point> points = observed_points(knots_, deviations_);
  for (const double target : targets)
    if (!std::binary_search(knots_.begin(), knots_.end(), target)) points.push_back({target, 0.0});
  std::sort(points.begin(), points.end(), [](Point a, Point b) { return a.at < b.at; });
  points.erase(
      std::unique(points.begin(), points.end(), [](Point a, Point b) { return a.at == b.at; }),
      points.end());
  const std::vector<Step> steps = triangular(points);

  Matrix result(static_cast<Index>(targets.size()), static_cast<Index>(knots_.size()));
  std::vector<State> ahead(points.size());
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const auto place = std::lower_bound(points.begin(), points.end(), targets[t],
                                        [](Point a, double at) { return a.at < at; });
    const auto start = static_cast<std::size_t>(place - points.begin());
    // R^{-T} e, which is zero before the target, and then Q times that from the end on.
    State right = State::UnitX();
    std::fill(ahead.begin(), ahead.end(), State::Zero());
    for (std::size_t i = start; i < points.size(); ++i) {
      ahead[i] = steps[i].own.transpose().triangularView<Eigen::Lower>().solve(right);
      right = -steps[i].next.transpose() * ahead[i];
    }
    State on_known = State::Zero();
    Index knot = result.cols();
    for (std::size_t i = points.size(); i-- > 0;) {
      Eigen::Matrix<double, kRows, 1> rotated;
      rotated << ahead[i], on_known, 0.0;
      rotated = steps[i].rotation * rotated;
      on_known = rotated.segment<kState>(kState);
      if (points[i].observed())
        result(static_cast<Index>(t), --knot) = rotated[2 * kState] / points[i].deviation;
    }
  }
  return result;
}

Matrix SquareRootSpline::evaluate(MatrixView values, std::span<const double> targets) const {
  return operator_matrix(targets) * values;
}

SquareRootSpline::Residual SquareRootSpline::residual(MatrixView values) const {
  const std::vector<Step> steps = triangular(observed_points(knots_, deviations_));
  const auto n = static_cast<Index>(knots_.size());
  Matrix rotated(kState * n, values.cols());  // the upper rows of Q^T y
  Matrix rows = Matrix::Zero(kRows, values.cols());
  for (Index i = 0; i < n; ++i) {
    rows.row(2 * kState) = values.row(i) / deviations_[std::size_t(i)];
    const Matrix turned = steps[std::size_t(i)].rotation.transpose() * rows;
    rotated.middleRows<kState>(kState * i) = turned.topRows<kState>();
    rows.setZero();
    rows.middleRows<kState>(kState) = turned.middleRows<kState>(kState);
  }
  Residual residual{values, std::vector<double>(knots_.size())};
  Block covariance = Block::Zero();  // of the state behind, given all values
  Matrix state = Matrix::Zero(kState, values.cols());
  for (Index i = n; i-- > 0;) {
    const Step& step = steps[std::size_t(i)];
    state = solve_upper(step.own, rotated.middleRows<kState>(kState * i) - step.next * state);
    const Block inverse = solve_upper(step.own, Matrix::Identity(kState, kState));
    const Block carried = inverse * step.next;
    covariance =
        (inverse * inverse.transpose() + carried * covariance * carried.transpose()).eval();
    residual.values.row(i) -= state.row(0);
    const double deviation = deviations_[std::size_t(i)];
    residual.share[std::size_t(i)] = 1.0 - covariance(0, 0) / (deviation * deviation);
  }
  return residual;
}

}  // namespace laggard::math
