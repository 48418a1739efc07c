// The few types that every layer shares.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace laggard {

/// Index of a worker, 0 <= id < N.
using WorkerId = std::uint32_t;

/// A duration or a point in time on the clock of the run.
using Seconds = double;

/// Row-major: row n is what worker n receives or returns, contiguous in memory and on the wire.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;
using Index = Eigen::Index;

/// Contiguous rows owned by somebody else.
using MatrixView = Eigen::Map<const Matrix>;
using MatrixSpan = Eigen::Map<Matrix>;

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Shape of one input: {d} for a plain vector, {channels, height, width} for an image.
struct Shape {
  std::vector<Index> extents;

  Index size() const {
    return std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies<>());
  }
  bool operator==(const Shape&) const = default;
};

/// {height, width} as {1, height, width}, an image of one channel; other shapes as they are.
inline Shape with_channel(Shape shape) {
  if (shape.extents.size() == 2) shape.extents.insert(shape.extents.begin(), 1);
  return shape;
}

/// The same numbers in the same order: extents of 1, such as a channel, make no difference.
inline bool interchangeable(Shape a, Shape b) {
  std::erase(a.extents, Index{1});
  std::erase(b.extents, Index{1});
  return a == b;
}

/// The rows [first, first + count) of `matrix`, without a copy.
inline MatrixView rows_of(const Matrix& matrix, Index first, Index count) {
  return {matrix.data() + first * matrix.cols(), count, matrix.cols()};
}

}  // namespace laggard
