#include "math/left_out_spline.hpp"

namespace laggard::math {
namespace {

template <int kOrder>
Matrix errors_of(std::span<const double> knots, MatrixView values, Penalty penalty) {
  const SplineSystem<kOrder> system(knots, penalty);
  return leave_out(system, 0.0, system.q_transposed_times(values)).errors();
}

}  // namespace

Matrix interpolation_errors(std::span<const double> knots, MatrixView values, Penalty penalty) {
  return order_of(penalty) == 3 ? errors_of<3>(knots, values, penalty)
                                : errors_of<2>(knots, values, penalty);
}

}  // namespace laggard::math
