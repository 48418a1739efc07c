#include "math/state_space_spline.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace laggard::math {

StateSpaceSpline::StateSpaceSpline(std::span<const double> knots, double lambda, Penalty penalty,
                                   const Variances& variances)
    : knots_(knots.begin(), knots.end()),
      variance_(static_cast<double>(knots.size()) * lambda),
      variances_(variances),
      penalty_(penalty) {}

Shares StateSpaceSpline::Place::shares() const {
  Shares shares = join(left.after(to_target), right.after(from_target));
  shares.before[1] += to_target * shares.before[0];
  shares.behind[1] += from_target * shares.behind[0];
  return shares;
}

std::vector<StateSpaceSpline::Place> StateSpaceSpline::places_of(
    std::span<const double> targets) const {
  std::vector<Place> places;
  for (const double target : targets) {
    const auto above = std::upper_bound(knots_.begin(), knots_.end(), target);
    const auto j = static_cast<std::size_t>(above - knots_.begin());
    places.push_back({j, target - (j > 0 ? knots_[j - 1] : -1.0),
                      j < knots_.size() ? knots_[j] - target : 0.0, Spread(), Spread()});
  }
  return places;
}

template <class OnStep, class OnPlace>
void StateSpaceSpline::pass(Direction direction, std::vector<Place>& places, OnStep&& on_step,
                            OnPlace&& on_place) const {
  const bool forwards = direction == Direction::kForwards;
  const auto seen = [&](std::size_t p) {
    return forwards ? places[p].before : knots_.size() - places[p].before;
  };
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return seen(a) < seen(b); });
  auto next = order.begin();
  const auto arrive = [&](std::size_t knots, const Spread& spread) {
    for (; next != order.end() && seen(*next) == knots; ++next) {
      (forwards ? places[*next].left : places[*next].right) = spread;
      on_place(*next);
    }
  };
  const SplineFilter filter(knots_, variance_, variances_, penalty_, direction);
  arrive(0, filter.start());
  filter.run([&](std::size_t i, const FilterStep& step, const Spread& spread) {
    on_step(i, step);
    arrive(i + 1, spread);
  });
}

namespace {

// Far from its target the weight of a knot decays exponentially, past what can change a sum and
// down to subnormal numbers, for which processors need a hundred times as long.
constexpr double kNegligible = 1e-200;
constexpr double kNothingLeft = 1e-250;

/// Weights of the values of `steps` in a0 value + a1 slope after them; the last one's goes to
/// `weight`, the others' follow `stride` apart.
void spell_out(std::span<const FilterStep> steps, std::array<double, 2> a, double* weight,
               std::ptrdiff_t stride) {
  for (std::size_t i = steps.size(); i-- > 0; weight += stride) {
    const FilterStep& step = steps[i];
    const double w = a[0] * step.gain0 + a[1] * step.gain1;
    *weight = std::abs(w) < kNegligible ? 0.0 : w;
    const double kept = step.keep * a[0];
    a = {kept - step.gain1 * a[1], step.gap * kept + step.carry * a[1]};
    if (std::abs(a[0]) + std::abs(a[1]) < kNothingLeft) return;
  }
}

}  // namespace

Matrix StateSpaceSpline::operator_matrix(std::span<const double> targets) const {
  const auto rows = static_cast<Index>(targets.size());
  if (is_constant()) return Matrix::Ones(rows, 1);
  const std::size_t n = knots_.size();
  std::vector<Place> places = places_of(targets);
  std::vector<FilterStep> forwards(n), backwards(n);
  const auto ignore = [](std::size_t) {};
  pass(
      Direction::kForwards, places,
      [&](std::size_t i, const FilterStep& step) { forwards[i] = step; }, ignore);
  pass(
      Direction::kBackwards, places,
      [&](std::size_t i, const FilterStep& step) { backwards[i] = step; }, ignore);
  Matrix result = Matrix::Zero(rows, static_cast<Index>(n));
  for (Index t = 0; t < rows; ++t) {
    const Place& place = places[static_cast<std::size_t>(t)];
    const Shares shares = place.shares();
    double* behind = result.row(t).data() + place.before;
    if (place.before > 0) spell_out({forwards.data(), place.before}, shares.before, behind - 1, -1);
    if (place.before < n) spell_out({backwards.data(), n - place.before}, shares.behind, behind, 1);
  }
  return result;
}

Matrix StateSpaceSpline::evaluate(MatrixView values, std::span<const double> targets) const {
  const auto rows = static_cast<Index>(targets.size());
  const Index columns = values.cols();
  if (is_constant()) return values.replicate(rows, 1);
  std::vector<Place> places = places_of(targets);
  Matrix states[2];  // per direction: value and slope at the knot next to each target
  for (const Direction direction : {Direction::kForwards, Direction::kBackwards}) {
    Matrix& kept = states[static_cast<int>(direction)];
    kept.resize(rows, 2 * columns);
    Vector value = Vector::Zero(columns), slope = Vector::Zero(columns);
    pass(
        direction, places,
        [&](std::size_t i, const FilterStep& step) {
          const std::size_t knot = direction == Direction::kForwards ? i : knots_.size() - 1 - i;
          const double* y = values.data() + static_cast<Index>(knot) * columns;
          for (Index k = 0; k < columns; ++k) {
            const double predicted = value[k] + step.gap * slope[k];
            const double difference = y[k] - predicted;
            value[k] = predicted + step.gain0 * difference;
            slope[k] += step.gain1 * difference;
          }
        },
        [&](std::size_t p) {
          kept.row(static_cast<Index>(p)) << value.transpose(), slope.transpose();
        });
  }
  Matrix result(rows, columns);
  for (Index t = 0; t < rows; ++t) {
    const Shares shares = places[static_cast<std::size_t>(t)].shares();
    const auto part = [&](int direction, const std::array<double, 2>& a) {
      const auto row = states[direction].row(t);
      return a[0] * row.head(columns) + a[1] * row.tail(columns);
    };
    result.row(t) = part(0, shares.before) + part(1, shares.behind);
  }
  return result;
}

}  // namespace laggard::math
